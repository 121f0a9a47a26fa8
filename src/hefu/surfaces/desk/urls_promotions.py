"""Addresses of the desk: promotions, their boards, campaigns, partners' parts."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import (
    campaign_budgets,
    campaign_plan,
    mailings,
    price_book,
    price_checks,
    promotion_boards,
    promotions,
)

urlpatterns: list[URLPattern] = [
    path("promotions/", promotions.promotions, name="promotions"),
    path("promotions/calendar/", promotion_boards.calendar, name="promotion_calendar"),
    path("promotions/stacking/", promotion_boards.stacking, name="promotion_stacking"),
    path("promotions/monitor/", promotion_boards.monitor, name="promotion_monitor"),
    path("promotions/budgets/", campaign_budgets.budgets, name="campaign_budgets"),
    path("promotions/campaigns/", promotion_boards.campaigns, name="campaigns"),
    path("promotions/campaigns/new/", promotion_boards.campaign_new, name="campaign_new"),
    path("promotions/campaigns/<int:pk>/", campaign_plan.campaign, name="campaign"),
    path("promotions/campaigns/<int:pk>/money.csv", campaign_plan.money, name="campaign_money"),
    path(
        "promotions/campaigns/<int:pk>/messages/",
        mailings.campaign_messages,
        name="campaign_messages",
    ),
    path("promotions/campaigns/<int:pk>/messages/new/", mailings.mailing_new, name="mailing_new"),
    path("promotions/campaigns/<int:pk>/messages/<int:mailing>/", mailings.mailing, name="mailing"),
    path(
        "promotions/campaigns/<int:pk>/messages/<int:mailing>/edit/",
        mailings.mailing_edit,
        name="mailing_edit",
    ),
    path(
        "promotions/campaigns/<int:pk>/messages/<int:mailing>/progress/",
        mailings.mailing_progress,
        name="mailing_progress",
    ),
    path("promotions/messages/<int:pk>/", mailings.mailing_of, name="mailing_of"),
    path("promotions/message-rules/", mailings.rules, name="mailing_rules"),
    path("promotions/partners/", promotion_boards.parts, name="partner_parts"),
    path("promotions/prices/", price_book.prices, name="price_book"),
    path("promotions/price-checks/", price_checks.price_checks, name="price_checks"),
    path("promotions/prices/new/", price_book.propose, name="price_new"),
    path("promotions/prices/<int:pk>/", price_book.price, name="price"),
    path("promotions/prices/<int:pk>/decide/", price_book.decide, name="price_decide"),
    path("promotions/prices/<int:pk>/withdraw/", price_book.withdraw, name="price_withdraw"),
    path("promotions/<int:pk>/", promotions.promotion, name="promotion"),
    path("promotions/<int:pk>/submit/", promotions.submit, name="promotion_submit"),
    path("promotions/<int:pk>/decide/", promotions.decide, name="promotion_decide"),
    path("promotions/<int:pk>/stop/", promotions.stop, name="promotion_stop"),
    path("promotions/<int:pk>/backtest/", promotions.attach, name="promotion_attach"),
]
