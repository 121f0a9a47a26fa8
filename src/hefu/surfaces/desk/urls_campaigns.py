"""Addresses of the desk: campaigns, coupons, rewards, draws, flash sales, backtests."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import coupons, rewards

urlpatterns: list[URLPattern] = [
    path("coupons/", coupons.batches, name="coupons"),
    path("coupons/new/", coupons.issue, name="coupon_issue"),
    path("coupons/<int:pk>/", coupons.batch, name="coupon_batch"),
    path("coupons/<int:pk>/progress/", coupons.progress, name="coupon_progress"),
    path("coupons/<int:pk>/codes/", coupons.printed, name="coupon_print"),
    path("coupons/<int:pk>/void/", coupons.void, name="coupon_void"),
    path("rewards/", rewards.rewards, name="rewards"),
    path("rewards/new/", rewards.offer, name="reward_new"),
    path("rewards/taken/", rewards.redemptions, name="redemptions"),
    path("rewards/taken/<int:pk>/", rewards.redemption, name="redemption"),
    path("rewards/<int:pk>/", rewards.reward, name="reward"),
    path("rewards/<int:pk>/withdraw/", rewards.withdraw, name="reward_withdraw"),
]
