"""The payments of the merchant, in memory."""

import threading
from datetime import datetime, timezone


class Payments:
    def __init__(self):
        self._lock = threading.Lock()
        self.clear()

    def clear(self):
        with self._lock:
            self._payments = {}
            self._created = 0

    def create(self, fields):
        with self._lock:
            self._created += 1
            payment = {
                "id": f"pay_{self._created}",
                "amount": fields["amount"],
                "currency": fields["currency"],
                "status": "pending",
                "reference": fields.get("reference"),
                "created_on": datetime.now(timezone.utc).isoformat().replace("+00:00", "Z"),
            }
            self._payments[payment["id"]] = payment
            return payment

    def all(self):
        """Oldest first."""
        with self._lock:
            return list(self._payments.values())

    def find(self, payment_id):
        return self._payments.get(payment_id)

    def change(self, payment_id, fields):
        with self._lock:
            changed = {**self._payments[payment_id], **fields}
            self._payments[payment_id] = changed
            return changed

    def delete(self, payment_id):
        with self._lock:
            self._payments.pop(payment_id, None)


PAYMENTS = Payments()
