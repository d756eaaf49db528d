"""The limit of the token endpoint, by address. A middleware sees a 500 too, a view does not."""

from django.conf import settings
from django.http import JsonResponse

import errors
from quota import TOKEN_QUOTA


class TokenQuotaMiddleware:
    def __init__(self, get_response):
        self._get_response = get_response
        self._path = f"/{settings.API_PREFIX}o/token/"

    def __call__(self, request):
        if request.path_info != self._path:
            return self._get_response(request)
        share = TOKEN_QUOTA.take(request.META["REMOTE_ADDR"])
        response = self._get_response(request) if share.granted else self._refuse(share)
        for name, value in share.headers().items():
            response[name] = value
        return response

    @staticmethod
    def _refuse(share):
        response = JsonResponse(errors.rate_limit_body(), status=429)
        response["Retry-After"] = str(share.retry_after)
        return response
