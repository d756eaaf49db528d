"""The OAuth applications, and the scopes each of them may have."""

from oauth2_provider.generators import generate_client_id, generate_client_secret
from oauth2_provider.models import Application
from oauth2_provider.scopes import SettingsScopes

_scopes = {}


class ClientScopes(SettingsScopes):
    """An application can have fewer scopes here than the toolkit would give it."""

    def get_available_scopes(self, application=None, request=None, *args, **kwargs):
        return _scopes[application.client_id]

    get_default_scopes = get_available_scopes


def add(client_id=None, client_secret=None, grant="client-credentials", scopes=("read", "write")):
    application = Application.objects.create(
        client_id=client_id or generate_client_id(),
        client_secret=client_secret or generate_client_secret(),
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=grant,
    )
    _scopes[application.client_id] = list(scopes)
    return {"client_id": application.client_id, "client_secret": application.client_secret}


def rotate_secret(client_id, client_secret=None):
    secret = client_secret or generate_client_secret()
    Application.objects.filter(client_id=client_id).update(client_secret=secret)
    return {"client_id": client_id, "client_secret": secret}
