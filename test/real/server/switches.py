"""What a test may change while the server runs: token lifetime and latency."""

import threading

DEFAULTS = {"token_lifetime": 3600, "latency": 0}

_lock = threading.Lock()
_values = dict(DEFAULTS)


def token_lifetime():
    """Seconds that a new token lives; zero and negative go out as they are."""
    return _values["token_lifetime"]


def latency():
    """Milliseconds that every answer outside the control endpoints is held back."""
    return _values["latency"]


def turn(**changes):
    with _lock:
        _values.update(changes)


def reset():
    turn(**DEFAULTS)
