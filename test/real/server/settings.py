"""Django settings of the contract server. `start.py` sets the environment variables read here."""

import os
from pathlib import Path

import switches

FOLDER = Path(os.environ["CRYPTOFUSE_SERVER_FOLDER"])
# The prefix of the API and the control endpoints, in the form of Django's `path()`: "" or "api/v1/".
API_PREFIX = os.environ["CRYPTOFUSE_SERVER_PREFIX"]
CONTROL_PREFIX = os.environ["CRYPTOFUSE_SERVER_CONTROL"]

# With DEBUG, APPEND_SLASH raises for a POST instead of redirecting it (FACTS 1.7).
DEBUG = False
APPEND_SLASH = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
SECRET_KEY = os.urandom(32).hex()
USE_TZ = True
ROOT_URLCONF = "urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Bodies of any size may be sent to /echo/.
DATA_UPLOAD_MAX_MEMORY_SIZE = None

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "oauth2_provider",
    "rest_framework",
]

# `traffic` is outermost, so that it also counts the responses of the others.
MIDDLEWARE = [
    "traffic.TrafficMiddleware",
    "django.middleware.common.CommonMiddleware",
    "token_quota.TokenQuotaMiddleware",
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": FOLDER / "server.sqlite3",
        "OPTIONS": {"timeout": 60},
    }
}

OAUTH2_PROVIDER = {
    "SCOPES": {"read": "Read access to resources", "write": "Write access to resources"},
    "SCOPES_BACKEND_CLASS": "clients.ClientScopes",
    # Called for each token, so that the lifetime can change while the server runs.
    "EXTRA_SERVER_KWARGS": {"token_expires_in": lambda request: switches.token_lifetime()},
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "errors.answer",
    "UNAUTHENTICATED_USER": None,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "ERROR"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "django.server": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}
