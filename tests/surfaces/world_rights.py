"""A member's request, device and copy, as values of addresses, with marks of their own."""

from typing import Any

from hefu.apps.accounts.selectors import actor_of
from hefu.apps.members.models import DataExport
from hefu.apps.members.services.lists import ask_list
from hefu.apps.members.services.records import Noted, note_record
from hefu.apps.members.services.requests import Asked, enter_request
from hefu.apps.members.services.sign_ins import begin_sign_in
from hefu.core.actor import consumer
from hefu.core.permissions import Role
from tests.factories import NOW, a_person, operator

#: Only those who handle requests may read these.
MARKS = ["world asker", "world words", "world list of members", "world transfer"]


def rights_values(brand: Any, member: Any) -> dict[Any, Any]:
    """Enter a request of the member, sign a device in; returns what addresses name."""
    asked = Asked(
        kind="correct", channel="mail", asker=MARKS[0], words=MARKS[1], received_on=NOW.date(),
        member_id=member.pk,
    )  # fmt: skip
    request = enter_request(operator(brand), asked=asked, now=NOW)
    owner = consumer(brand_id=brand.pk, member_id=member.pk)
    device, _ = begin_sign_in(owner, agent="Firefox", region="", now=NOW)
    copy = DataExport.objects.create(brand=brand, member=member, asked_at=NOW)
    boss = a_person(brand, Role.BRAND_ADMIN)
    wish = ask_list(actor_of(boss, surface="tests"), reason=MARKS[2], now=NOW)
    noted = Noted(
        kind="transfer", title=MARKS[3], on=NOW.date(), data="d", why="w", harm="h", measures="m",
        recipient="r",
    )  # fmt: skip
    register = note_record(operator(brand), noted=noted, now=NOW)
    pages = ("", "identity/", "extend/", "answer/", "do/")
    return {
        **{(f"desk/data-requests/<int:pk>/{page}", "pk"): request.pk for page in pages},
        ("desk/registers/<int:pk>/", "pk"): register.pk,
        ("desk/members/list/<int:pk>/", "pk"): wish.pk,
        ("account/devices/<int:pk>/end/", "pk"): device.pk,
        ("account/copies/<int:pk>/", "pk"): copy.pk,
        "token": "nobodys-receipt",
    }
