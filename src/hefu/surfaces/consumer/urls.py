"""Addresses of the phone pages; the edge answers printed carriers of those without a session."""

from django.urls import path

from hefu.surfaces.consumer.views import (
    account,
    activation,
    appeals,
    check,
    coins,
    demo,
    mine,
    sign_in,
    transfer,
)

app_name = "consumer"
urlpatterns = [
    path("01/<str:gtin>/21/<str:serial>", check.carrier, name="carrier"),
    path("01/<str:gtin>/21/<str:serial>/", check.carrier),
    path("C/<str:code>", check.code),  # how symbols write it: capitals make a smaller symbol
    path("C/<str:code>/", check.code),
    path("c/<str:code>", check.code),
    path("check/", check.check, name="check"),
    path("c/<str:code>/", check.code, name="code"),
    path("activate/<str:code>/", activation.activate, name="activate"),
    path("appeal/<str:code>/", appeals.appeal, name="appeal"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.proof, name="proof"),
    path("sign-in/again/", sign_in.proof_again, name="proof_again"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("mine/", mine.mine, name="mine"),
    path("mine/<int:activation_id>/", mine.product, name="product"),
    path("mine/<int:activation_id>/hand-over/", transfer.offer, name="offer"),
    path("mine/<int:activation_id>/hand-over/stop/", transfer.stop, name="stop_offer"),
    path("take/", transfer.take, name="take"),
    path("coins/", coins.coins, name="coins"),
    path("account/", account.account, name="account"),
    path("account/contact/", sign_in.change, name="change"),
    path("account/agree/", account.agree, name="agree"),
    path("account/withdraw/<slug:purpose>/", account.withdraw, name="withdraw"),
    path("demo/messages/", demo.messages, name="demo_messages"),
]
