"""The fields of a payment that a client states."""

import re
from decimal import Decimal

from rest_framework import serializers

from errors import InvalidAmount, InvalidCurrency


class PaymentFields(serializers.Serializer):
    amount = serializers.CharField()
    currency = serializers.CharField()
    reference = serializers.CharField(required=False, allow_null=True, default=None)

    def validate_amount(self, amount):
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", amount) or Decimal(amount) <= 0:
            raise InvalidAmount()
        return amount

    def validate_currency(self, currency):
        if not re.fullmatch(r"[A-Z]{3,5}", currency):
            raise InvalidCurrency()
        return currency
