"""What every resource of the API has in common."""

from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.views import APIView

from scope_permission import ScopePermission
from token_throttle import TokenThrottle


class FirstRenderer(DefaultContentNegotiation):
    """The API answers in JSON whatever `Accept` says."""

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class ApiView(APIView):
    authentication_classes = [OAuth2Authentication]
    permission_classes = [ScopePermission]
    throttle_classes = [TokenThrottle]
    content_negotiation_class = FirstRenderer
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    share = None

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        headers = self.share.headers() if self.share else {}
        for name, value in headers.items():
            response[name] = value
        return response
