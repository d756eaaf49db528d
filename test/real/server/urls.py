from django.conf import settings
from django.urls import include, path
from oauth2_provider.views import RevokeTokenView, TokenView

import control
from resources import MerchantView, PaymentListView, PaymentView
from streams import EchoView, ExportView

API = [
    path("o/token/", TokenView.as_view()),
    path("o/revoke_token/", RevokeTokenView.as_view()),
    path("user/me/", MerchantView.as_view()),
    path("payments/", PaymentListView.as_view()),
    path("payments/<str:payment_id>/", PaymentView.as_view()),
    path("echo/", EchoView.as_view()),
    path("export/", ExportView.as_view()),
]

urlpatterns = [
    path(settings.API_PREFIX, include(API)),
    path(settings.CONTROL_PREFIX + "<str:command>/", control.run),
]
