"""`read` for GET and HEAD, `write` for every other method."""

from rest_framework.permissions import BasePermission

from errors import ScopeMissing


class ScopePermission(BasePermission):
    def has_permission(self, request, view):
        if request.auth is None:
            return False
        required = ["read"] if request.method in ("GET", "HEAD") else ["write"]
        if not request.auth.allow_scopes(required):
            raise ScopeMissing(required, request.auth.scope.split())
        return True
