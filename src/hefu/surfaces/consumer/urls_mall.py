"""Addresses of the mall; part of the phone pages."""

from django.urls import path

from hefu.surfaces.consumer.views import cart, checkout, mall, orders, paying

urlpatterns = [
    path("mall/", mall.mall, name="mall"),
    path("mall/of/<slug:brand>/", mall.entrance, name="mall_entrance"),
    path("mall/set/<int:pk>/put/", mall.put_shelf, name="set_put"),
    path("mall/article/<path:sku>/", mall.article, name="article"),
    path("mall/cart/", cart.cart, name="cart"),
    path("mall/cart/code/", cart.code, name="cart_code"),
    path("mall/cart/coins/", cart.coins, name="cart_coins"),
    path("mall/cart/put/<path:sku>/", cart.put, name="cart_put"),
    path("mall/checkout/", checkout.checkout, name="checkout"),
    path("mall/orders/", orders.orders, name="orders"),
    path("mall/orders/<int:order_id>/", orders.order, name="order"),
    path("mall/orders/<int:order_id>/cancel/", orders.cancel, name="order_cancel"),
    path("mall/orders/<int:order_id>/pay/", paying.pay, name="order_pay"),
    path("mall/orders/<int:order_id>/received/", orders.receive, name="order_receive"),
    path("mall/payments/<slug:provider>/", paying.notify, name="pay_notify"),
    path("mall/test-payment/<slug:reference>/", paying.test_page, name="test_payment"),
]
