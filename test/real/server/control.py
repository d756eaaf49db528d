"""What a test does to the server from behind: not a part of the API."""

import json
from datetime import timedelta

from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST
from oauth2_provider.models import AccessToken

import clients
import switches
from payments import PAYMENTS
from quota import API_QUOTA, TOKEN_QUOTA, UNLIMITED
from traffic import TRAFFIC


@require_POST
def run(request, command):
    """Runs one of COMMANDS with the members of the JSON body as its arguments."""
    arguments = json.loads(request.body or b"{}")
    return JsonResponse(COMMANDS[command](**arguments) or {})


def revoke_all():
    AccessToken.objects.all().delete()


def expire_all():
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))


def limits(token=UNLIMITED, api=UNLIMITED):
    """Requests a minute at the token endpoint, and requests an hour of one token."""
    TOKEN_QUOTA.set_limit(token)
    API_QUOTA.set_limit(api)


def counters():
    return {**TRAFFIC.counts(), "payments": len(PAYMENTS.all())}


def reset():
    """Everything as at the start, but for the clients."""
    revoke_all()
    limits()
    switches.reset()
    PAYMENTS.clear()
    TRAFFIC.reset()


COMMANDS = {
    "add_client": clients.add,
    "rotate_secret": clients.rotate_secret,
    "revoke_all": revoke_all,
    "expire_all": expire_all,
    "switches": switches.turn,
    "limits": limits,
    "counters": counters,
    "reset": reset,
}
