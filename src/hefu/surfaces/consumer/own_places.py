"""The way to everything that is the member's own (我的), from one page."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hefu.apps.notices.selectors import inbox_for
from hefu.apps.orders.selectors.articles import mall_for
from hefu.surfaces.consumer.site import Visit


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One line that leads somewhere; ``count`` is what is new there, as text."""

    title: Promise | str
    url: str
    hint: Promise | str = ""
    count: str = ""


_PLACES: tuple[tuple[str, Promise, Promise], ...] = (
    ("mine", _("My products"), _("with their warranty cards")),
    ("coins", _("My C-coins"), _("and how they came and went")),
    ("wallet", _("My wallet"), _("coupons, coins and points")),
    ("prizes", _("My prizes"), _("won in draws")),
    ("my_questions", _("My questions"), _("and what was answered")),
)
_RIGHTS: tuple[tuple[str, Promise, Promise], ...] = (
    ("answers", _("What I agreed to"), _("every answer with the words of then")),
    ("devices", _("Where I am signed in"), _("sign out one or all others")),
    ("copies", _("A copy of my data"), _("everything, to read and to take along")),
    ("requests", _("Requests about my data"), _("correct, restrict, object; with our answers")),
    ("age", _("If I am under 18"), _("what the law keeps from minors")),
    ("close", _("Close my account"), _("at once, with a receipt")),
)


def places(visit: Visit) -> list[Place]:
    """What a member has here; orders where the brand has a mall."""
    unread = inbox_for(visit.actor).filter(read_at=None).count()
    found = [
        Place(title=title, hint=hint, url=reverse(f"consumer:{name}"))
        for name, title, hint in _PLACES
    ]
    if mall_for(visit.actor).open:
        orders = reverse("consumer:orders")
        found.insert(1, Place(title=_("My orders"), url=orders, hint=_("in the mall")))
    messages = Place(
        title=_("My messages"), url=reverse("consumer:inbox"), hint=_("what the maker wrote"),
        count=str(unread) if unread else "",
    )  # fmt: skip
    return [*found, messages]


def rights() -> list[Place]:
    """What a member may see, take, change and delete."""
    return [
        Place(title=title, hint=hint, url=reverse(f"consumer:{name}"))
        for name, title, hint in _RIGHTS
    ]
