"""The error bodies of the API: `{"error": {"code", "message", "details"}}`."""

from django.http import Http404
from rest_framework import exceptions
from rest_framework.views import exception_handler


class InvalidAmount(exceptions.APIException):
    status_code = 422
    default_code = "invalid_amount"
    default_detail = "The amount is not a positive decimal"


class InvalidCurrency(exceptions.APIException):
    status_code = 422
    default_code = "invalid_currency"
    default_detail = "The currency is not a code of 3 to 5 capital letters"


class ScopeMissing(exceptions.PermissionDenied):
    default_detail = "Token does not have required scope"

    def __init__(self, required_scopes, token_scopes):
        super().__init__()
        self.details = {"required_scopes": required_scopes, "token_scopes": token_scopes}


def answer(exception, context):
    """DRF's own answer (status, WWW-Authenticate, Retry-After, Allow) with the API's body."""
    response = exception_handler(exception, context)
    if response is not None:
        response.data = _body_of(exception)
    return response


def rate_limit_body():
    return _body("rate_limit_exceeded", "Rate limit exceeded")


def _body(code, message, details=None):
    return {"error": {"code": code, "message": message, "details": details or {}}}


def _body_of(exception):
    if isinstance(exception, (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)):
        return _body(
            "authentication_failed",
            "Invalid authentication credentials",
            {"hint": "Check your client_id and client_secret"},
        )
    if isinstance(exception, (Http404, exceptions.NotFound)):
        return _body("not_found", "Not found")
    if isinstance(exception, exceptions.Throttled):
        return rate_limit_body()
    if isinstance(exception, exceptions.ParseError):
        return _body("invalid_request", str(exception.detail))
    if isinstance(exception, exceptions.ValidationError):
        return _body("invalid_request", "The request is not valid", exception.detail)
    return _body(exception.default_code, str(exception.detail), getattr(exception, "details", None))
