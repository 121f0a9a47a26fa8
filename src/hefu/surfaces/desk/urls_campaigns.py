"""Addresses of the desk: campaigns, coupons, rewards, draws, flash sales, backtests."""

from django.urls import URLPattern, path, re_path

from hefu.surfaces.desk.views import backtests, coupons, draws, rewards

urlpatterns: list[URLPattern] = [
    path("backtests/", backtests.backtests, name="backtests"),
    path("backtests/new/", backtests.backtest_new, name="backtest_new"),
    path("backtests/<int:pk>/", backtests.backtest, name="backtest"),
    re_path(
        r"^backtests/(?P<pk>\d{1,18})/report\.(?P<kind>xlsx|pdf)$",
        backtests.backtest_file,
        name="backtest_file",
    ),
    path("coupons/", coupons.batches, name="coupons"),
    path("coupons/new/", coupons.issue, name="coupon_issue"),
    path("coupons/<int:pk>/", coupons.batch, name="coupon_batch"),
    path("coupons/<int:pk>/progress/", coupons.progress, name="coupon_progress"),
    path("coupons/<int:pk>/codes/", coupons.printed, name="coupon_print"),
    path("coupons/<int:pk>/void/", coupons.void, name="coupon_void"),
    path("draws/", draws.draws, name="draws"),
    path("draws/new/", draws.create, name="draw_new"),
    path("draws/<int:pk>/", draws.draw, name="draw"),
    path("draws/<int:pk>/edit/", draws.edit, name="draw_edit"),
    path("draws/<int:pk>/submit/", draws.submit, name="draw_submit"),
    path("draws/<int:pk>/decide/", draws.decide, name="draw_decide"),
    path("draws/<int:pk>/improve/", draws.improve, name="draw_improve"),
    path("draws/<int:pk>/stop/", draws.stop, name="draw_stop"),
    path("draws/<int:pk>/hold/", draws.hold, name="draw_hold"),
    path("draws/<int:pk>/archive/", draws.archive, name="draw_archive"),
    path("draws/<int:pk>/file/", draws.archive_file, name="draw_archive_file"),
    path("draws/<int:pk>/delete/", draws.remove, name="draw_delete"),
    path("draws/<int:pk>/winners/", draws.winners, name="draw_winners"),
    path("draws/wins/<int:pk>/", draws.win, name="win"),
    path("rewards/", rewards.rewards, name="rewards"),
    path("rewards/new/", rewards.offer, name="reward_new"),
    path("rewards/taken/", rewards.redemptions, name="redemptions"),
    path("rewards/taken/<int:pk>/", rewards.redemption, name="redemption"),
    path("rewards/<int:pk>/", rewards.reward, name="reward"),
    path("rewards/<int:pk>/withdraw/", rewards.withdraw, name="reward_withdraw"),
]
