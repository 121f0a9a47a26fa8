"""What a phone and a program get of a link before it is saved: decided by the resolver itself."""

from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import ResolverLink
from hefu.apps.catalog.selectors import Entry, Question, entries_for, products_for
from hefu.apps.catalog.selectors_public import with_page
from hefu.core.actor import Actor
from hefu.core.gs1.resolver import (
    LINKSET_TYPE,
    Decision,
    Outcome,
    Place,
    Subject,
    expand,
    read_wish,
)
from hefu.core.gs1.resolver.places import variable
from hefu.surfaces.edge.resolver_links import Known, known

_SAMPLES = {"10": "LOT1", "21": "SAMPLE7"}
_BROWSER = "text/html,*/*;q=0.8"


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """Who asks for what, and what they get."""

    who: str
    asks: str
    gets: str
    target: str = ""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A sample code and what everybody gets of it; no rows where no sample can be made."""

    address: str = ""
    rows: tuple[Outlook, ...] = ()


def preview(
    actor: Actor, brand: Brand, draft: ResolverLink, *, stem: str, language: str
) -> Preview:
    """Decide for a sample of the draft's place as if it were saved."""
    subject = sample(actor, draft.place)
    if subject is None:
        return Preview()
    (found,) = entries_for(actor, [Question(host="", subject=subject)])
    entry = found or Entry(brand=brand, product=None, links=())
    others = tuple(row for row in entry.links if row.pk != draft.pk)
    drafted = replace(entry, links=tuple(sorted((*others, draft), key=_entered)))
    paged = with_page([found.product.pk], now=timezone.now()) if found and found.product else ()
    about = known(drafted, subject, stem=stem, language=language, paged=paged)
    asked = f"linkType=gs1:{draft.link_type}"
    people = ((_("Phone, Chinese"), "zh-CN"), (_("Phone, English"), "en-GB"))
    rows = [
        _outlook(about, subject, who=who, query=query, accept=_BROWSER, language=tag)
        for query in ("", asked)
        for who, tag in people
    ]
    machine = _("Program")
    rows += [
        _outlook(about, subject, who=machine, query=query, accept=accept, language="")
        for query, accept in (("", LINKSET_TYPE), (asked, "*/*"))
    ]
    return Preview(address=stem + subject.path(), rows=tuple(rows))


def _entered(row: ResolverLink) -> tuple[bool, int]:
    """A draft is the last to be entered."""
    return (row.pk is None, row.pk or 0)


def sample(actor: Actor, place: Place) -> Subject | None:
    """A thing at a place; None for any key of a kind we have no sample of."""
    key = place.key_value
    if not key and place.key_ai == "01":
        gtins = products_for(actor).exclude(gtin="").values_list("gtin", flat=True)
        key = gtins.first() or ""
    if not key:
        return None
    ais, values = place.qualifiers.split("/")[1::2], place.qualifiers.split("/")[2::2]
    qualifiers = tuple(
        (ai, _SAMPLES.get(ai, "1") if value == variable(ai) else value)
        for ai, value in zip(ais, values, strict=True)
    )
    return Subject(key_ai=place.key_ai, key_value=key, qualifiers=qualifiers)


def _outlook(
    about: Known, subject: Subject, *, who: str, query: str, accept: str, language: str
) -> Outlook:
    decision = about.decide(read_wish(query, accept=accept, accept_language=language))
    asks = query or (LINKSET_TYPE if accept == LINKSET_TYPE else _("nothing: a plain scan"))
    followed = decision.outcome is Outcome.FOLLOW
    return Outlook(
        who=who, asks=asks, gets=_said(decision),
        target=expand(decision.links[0].href, subject) if followed else "",
    )  # fmt: skip


def _said(decision: Decision) -> str:
    number = len(decision.links)
    return {
        Outcome.FOLLOW: _("goes to"),
        Outcome.CHOICES: _("a choice of %(number)s pages (300)") % {"number": number},
        Outcome.LINKSET: _("the list of all %(number)s links") % {"number": number},
        Outcome.MISSING: _("no such page (404)"),
        Outcome.GONE: _("taken out of service (410)"),
    }[decision.outcome]
