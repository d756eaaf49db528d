"""The limit of the API, by token."""

from rest_framework.throttling import BaseThrottle

from quota import API_QUOTA


class TokenThrottle(BaseThrottle):
    def allow_request(self, request, view):
        view.share = API_QUOTA.take(request.auth.token)
        self._wait = view.share.retry_after
        return view.share.granted

    def wait(self):
        return self._wait
