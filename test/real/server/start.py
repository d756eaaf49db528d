"""Starts the Cryptofuse API on Django OAuth Toolkit, on a free port of 127.0.0.1.

Prints one line of JSON when it is ready: port, control (a path), client_id, client_secret.
Ends when its standard input does, so that it never outlives the test that started it.
"""

import argparse
import json
import os
import secrets
import threading

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db.backends.signals import connection_created

STANDARD_INPUT = 0


def main():
    options = _options()
    control = f"{secrets.token_urlsafe(24)}/"
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    os.environ["CRYPTOFUSE_SERVER_FOLDER"] = options.folder
    os.environ["CRYPTOFUSE_SERVER_PREFIX"] = f"{options.prefix}/".lstrip("/")
    os.environ["CRYPTOFUSE_SERVER_CONTROL"] = control
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    connection_created.connect(_prepare_connection)
    django.setup()
    call_command("migrate", verbosity=0)
    _serve({"control": f"/{control}"})


def _options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True, help="an empty folder for the database")
    parser.add_argument("--prefix", default="", help="a path before every path of the API: /api/v1")
    return parser.parse_args()


def _end_with_standard_input():
    while os.read(STANDARD_INPUT, 1024):
        pass
    os._exit(0)


def _prepare_connection(connection, **_):
    """Readers beside a writer, and no waiting for a disk that is thrown away anyway."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = OFF")


def _serve(ready):
    # Only importable once Django is set up.
    import clients
    from web_server import RequestHandler, WebServer

    server = WebServer(("127.0.0.1", 0), RequestHandler)
    server.set_app(get_wsgi_application())
    print(json.dumps({**ready, "port": server.server_port, **clients.add()}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
