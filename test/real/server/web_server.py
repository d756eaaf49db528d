"""Django's own threaded server, made fit for many connections and for chunked bodies."""

import tempfile

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

IN_MEMORY = 1024 * 1024


class WebServer(ThreadedWSGIServer):
    request_queue_size = 512

    def set_app(self, application):
        super().set_app(_without_body_for_head(application))


class RequestHandler(WSGIRequestHandler):
    disable_nagle_algorithm = True

    def handle_one_request(self):
        connection = self.rfile
        try:
            super().handle_one_request()
        finally:
            self.rfile = connection

    def parse_request(self):
        """WSGI wants a length, so a chunked body is collected first, as a proxy in front would."""
        if not super().parse_request():
            return False
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)
            for chunk in _chunks(self.rfile):
                body.write(chunk)
            self.headers["Content-Length"] = str(body.tell())
            body.seek(0)
            self.rfile = body
        return True


def _without_body_for_head(application):
    """A body after HEAD would be read as the next answer of the connection (RFC 9110 §9.3.2)."""

    def answer(environ, start_response):
        body = application(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return body
        body.close()
        return []

    return answer


def _chunks(stream):
    """The chunks of a body (RFC 9112 §7.1), up to and with its trailer."""
    while size := int(stream.readline().split(b";")[0], 16):
        yield stream.read(size)
        stream.readline()
    while stream.readline().strip():
        pass
