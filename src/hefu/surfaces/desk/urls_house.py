"""Addresses of the desk: the life of codes, consumers, and the house itself."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import (
    activations,
    appeals,
    audit,
    channels,
    coins,
    keys,
    members,
    people,
    story,
)

urlpatterns: list[URLPattern] = [
    path("code/", story.code, name="code"),
    path("activations/", activations.activations, name="activations"),
    path("activations/made/", activations.funnel, name="funnel"),
    path("appeals/", appeals.appeals, name="appeals"),
    path("appeals/<int:pk>/", appeals.appeal, name="appeal"),
    path("appeals/<int:pk>/invoice/", appeals.invoice, name="appeal_invoice"),
    path("members/", members.members, name="members"),
    path("members/<int:pk>/", members.member, name="member"),
    path("members/<int:pk>/unmask/", members.unmask_member, name="member_unmask"),
    path("coins/", coins.balances, name="coins"),
    path("coins/history/", coins.movements, name="coins_history"),
    path("coins/budgets/", coins.budgets, name="budgets"),
    path("coins/budgets/new/", coins.budget_new, name="budget_new"),
    path("coins/budgets/<int:pk>/", coins.budget, name="budget"),
    path("coins/shortfalls/", coins.shortfalls, name="shortfalls"),
    path("coins/book/", coins.book, name="coins_book"),
    path("channels/", channels.channels, name="channels"),
    path("channels/new/", channels.add, name="channel_new"),
    path("channels/partners/", channels.partners, name="partners"),
    path("channels/partners/new/", channels.add_partner, name="partner_new"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite_person, name="invite"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/log-in/", people.change_log_in, name="person_log_in"),
    path("api-keys/", keys.keys, name="api_keys"),
    path("api-keys/new/", keys.create, name="api_key_new"),
    path("api-keys/<int:pk>/", keys.key, name="api_key"),
    path("audit/", audit.audit, name="audit"),
    path("audit/chain/", audit.health, name="audit_health"),
]
