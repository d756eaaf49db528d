"""/user/me/ and /payments/."""

from django.conf import settings
from django.http import Http404
from rest_framework.response import Response

from api_view import ApiView
from payment_fields import PaymentFields
from payments import PAYMENTS

MERCHANT = {
    "name": "Your Merchant Name",
    "schema_name": "tenant_yourname",
    "created_on": "2025-01-01T00:00:00Z",
}


class MerchantView(ApiView):
    def get(self, request):
        return Response(MERCHANT)


class PaymentListView(ApiView):
    def get(self, request):
        wanted = request.query_params.getlist("status")
        payments = PAYMENTS.all()
        return Response([p for p in payments if not wanted or p["status"] in wanted])

    def post(self, request):
        payment = PAYMENTS.create(_fields(request))
        location = f"/{settings.API_PREFIX}payments/{payment['id']}/"
        return Response(payment, status=201, headers={"Location": location})


class PaymentView(ApiView):
    def get(self, request, payment_id):
        return Response(_payment(payment_id))

    def put(self, request, payment_id):
        _payment(payment_id)
        return Response(PAYMENTS.change(payment_id, _fields(request)))

    def patch(self, request, payment_id):
        _payment(payment_id)
        return Response(PAYMENTS.change(payment_id, _fields(request, partial=True)))

    def delete(self, request, payment_id):
        _payment(payment_id)
        PAYMENTS.delete(payment_id)
        return Response(status=204)


def _payment(payment_id):
    payment = PAYMENTS.find(payment_id)
    if payment is None:
        raise Http404
    return payment


def _fields(request, partial=False):
    fields = PaymentFields(data=request.data, partial=partial)
    fields.is_valid(raise_exception=True)
    return fields.validated_data
