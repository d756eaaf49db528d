"""Fixed windows of calls, one for each key (FACTS 1.9)."""

import math
import threading
import time
from dataclasses import dataclass

UNLIMITED = 1_000_000


@dataclass(frozen=True)
class Share:
    """One call's place in its window."""

    limit: int
    used: int
    reset: float

    @property
    def granted(self):
        return self.used <= self.limit

    @property
    def retry_after(self):
        """Seconds until the window ends, at least one."""
        return max(1, math.ceil(self.reset - time.time()))

    def headers(self):
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "X-RateLimit-Reset": str(math.ceil(self.reset)),
        }


class Quota:
    """`limit` calls in `period` seconds; a key's window begins with its first call."""

    def __init__(self, period):
        self._period = period
        self._lock = threading.Lock()
        self.set_limit(UNLIMITED)

    def set_limit(self, limit):
        """Changes the limit, and forgets the calls made so far."""
        with self._lock:
            self._limit = limit
            self._windows = {}

    def take(self, key):
        now = time.time()
        with self._lock:
            used, reset = self._windows.get(key, (0, 0))
            if reset <= now:
                used, reset = 0, now + self._period
            self._windows[key] = (used + 1, reset)
            return Share(self._limit, used + 1, reset)


TOKEN_QUOTA = Quota(period=60)
API_QUOTA = Quota(period=3600)
