"""The world's webhook, identity provider and WeChat account, as values of addresses."""

from typing import Any

from hefu.apps.accounts.models import Identity
from hefu.apps.accounts.sign_in.protocol import Vouched
from hefu.apps.accounts.sign_in.services import ProviderWish, let_in, set_provider
from hefu.apps.audit import services as audit
from hefu.apps.members.events import MemberJoined
from hefu.apps.notices.models import Dispatch
from hefu.apps.notices.webhooks.services.managing import create_endpoint
from hefu.apps.notices.wechat.services import AccountWish, set_account
from hefu.core.permissions import Role
from tests.factories import NOW, a_person, operator

#: Only the brand may read these.
INTEGRATION_MARKS = ["world webhook", "https://world-hook.example", "world-id.example"]
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def integration_values(brand: Any) -> dict[Any, Any]:
    """Have a webhook with a message, a provider with a person, an account at WeChat."""
    boss = operator(brand)
    endpoint, _ = create_endpoint(
        boss, name="world webhook", address="https://world-hook.example/", now=NOW,
        events=["hefu.members.member_joined"],
    )  # fmt: skip
    with audit.deed():
        audit.publish(MemberJoined(brand_id=brand.pk, member_id=1), now=NOW)
    message = Dispatch.objects.get(endpoint=endpoint)
    set_account(boss, wish=AccountWish(app_id="wx-world", token="w0r1d", plain=True), now=NOW)
    wish = ProviderWish(
        issuer="https://world-id.example", client_id="world", domains=["example.com"]
    )
    provider = set_provider(boss, wish=wish, now=NOW)
    person = a_person(brand, Role.ANALYST)
    vouched = Vouched(
        subject="s", email=person.email, email_verified=True, name="", groups=frozenset(),
        proofs=frozenset(), id_token="",
    )  # fmt: skip
    let_in(boss, provider=provider, vouched=vouched, now=NOW)
    api = ("", "/secret", "/pause", "/resume", "/test", "/replay", "/remove", "/messages")
    return {
        ("desk/people/provider/<int:pk>/forget/", "pk"): Identity.objects.get(user=person).pk,
        **{
            (f"desk/webhooks/<int:pk>/{page}", "pk"): endpoint.pk for page in ("", "edit/", "deed/")
        },
        ("desk/webhooks/messages/<int:pk>/", "pk"): message.pk,
        **{(f"/api/v1/webhooks/{{id}}{page}", "id"): endpoint.pk for page in api},
        ("/api/v1/webhooks/messages/{id}", "id"): message.pk,
        ("/api/v1/webhooks/messages/{id}/replay", "id"): message.pk,
    }


def integration_bodies() -> dict[str, dict[str, Any]]:
    """Bodies of the API that are right in everything but whose webhook they name."""
    return {
        "webhooks/{id}": {"name": "n", "address": "https://a.example/", "events": []},
        "webhooks/{id}/secret": {"secret": _SECRET},
        "webhooks/{id}/replay": {
            "since": "2026-11-22T00:00:00Z", "until": "2026-11-23T00:00:00Z",
        },
        **{
            f"webhooks/{deed}": {}
            for deed in ("{id}/pause", "{id}/resume", "{id}/test", "{id}/remove",
                         "messages/{id}/replay")
        },
    }  # fmt: skip
