"""Counts the requests and holds the answers back. The control endpoints are no traffic."""

import threading
import time
from collections import Counter

from django.conf import settings

import switches


class Traffic:
    def __init__(self):
        self._lock = threading.Lock()
        self._counts = Counter()

    def count(self, *names):
        with self._lock:
            self._counts.update(names)

    def counts(self):
        names = ("token_requests", "tokens_issued", "revocations", "api_requests")
        with self._lock:
            return {name: self._counts[name] for name in names}

    def reset(self):
        with self._lock:
            self._counts.clear()


TRAFFIC = Traffic()


class TrafficMiddleware:
    def __init__(self, get_response):
        self._get_response = get_response
        self._oauth = f"/{settings.API_PREFIX}o/"

    def __call__(self, request):
        path = request.path_info
        if path.startswith(f"/{settings.CONTROL_PREFIX}"):
            return self._get_response(request)
        time.sleep(switches.latency() / 1000)
        response = self._get_response(request)
        TRAFFIC.count(*self._names(path, response.status_code))
        return response

    def _names(self, path, status):
        if path == f"{self._oauth}token/":
            return ("token_requests", "tokens_issued") if status == 200 else ("token_requests",)
        if path == f"{self._oauth}revoke_token/":
            return ("revocations",)
        return ("api_requests",)
