"""/echo/ and /export/: bodies of any size, neither of which is held in memory."""

import hashlib

from django.http import StreamingHttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.response import Response

from api_view import ApiView

BLOCK = 64 * 1024


class DigestParser(BaseParser):
    """Reads a body to its end and keeps only what `/echo/` tells of it."""

    media_type = "*/*"

    def parse(self, stream, media_type=None, parser_context=None):
        return digest(iter(lambda: stream.read(BLOCK), b""))


class EchoView(ApiView):
    parser_classes = [DigestParser]

    def post(self, request):
        content_type = request.content_type
        return Response({**(request.data or digest([])), "content_type": content_type})

    put = post


class ExportView(ApiView):
    def get(self, request):
        size = request.query_params.get("bytes", "")
        if not (size.isascii() and size.isdecimal()):
            raise ValidationError({"bytes": ["A number of bytes is required."]})
        response = StreamingHttpResponse(
            blocks(int(size)), content_type="application/octet-stream"
        )
        response["Content-Length"] = str(int(size))
        return response


def digest(chunks):
    length, sha256 = 0, hashlib.sha256()
    for chunk in chunks:
        length += len(chunk)
        sha256.update(chunk)
    return {"bytes": length, "sha256": sha256.hexdigest()}


def blocks(size):
    for start in range(0, size, BLOCK):
        yield bytes(min(BLOCK, size - start))
