"""The stations of a code as moments of a timeline (时间线): a title, what is known, who did it."""

from collections.abc import Callable
from dataclasses import replace

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hefu.apps.catalog.models import Product
from hefu.apps.identity.models import Activation, Appeal, ExternalSerial, WarrantyFact
from hefu.apps.identity.selectors.story import Station, StationKind, Story
from hefu.core.actor import Actor
from hefu.core.permissions import Permission
from hefu.surfaces.consumer.results import grouped_code
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact, Moment
from hefu.surfaces.design.vocabulary import STATES, VERDICTS
from hefu.surfaces.desk.deeds import action_text
from hefu.surfaces.desk.places import place
from hefu.surfaces.desk.shown import when

#: Verdicts that the design has no look of their own for, and the looks they borrow.
BORROWED = {"activated_by_you": "genuine_again", "lost": "frozen"}
_MARKS = {
    "printed": gettext_lazy("Printed"),
    "commissioned": gettext_lazy("Put on a product"),
    "shipped": gettext_lazy("Shipped"),
    "void": gettext_lazy("Voided"),
    "lost": gettext_lazy("Reported lost"),
    "frozen": gettext_lazy("Frozen"),
    "recalled": gettext_lazy("Recalled"),
}
_ENDED = {
    "frozen": gettext_lazy("Unfrozen %(at)s."),
    "lost": gettext_lazy("Found again %(at)s."),
    "recalled": gettext_lazy("Recall ended %(at)s."),
}


def moments_of(actor: Actor, story: Story) -> list[Moment]:
    """The story, newest first. A deed of the trail names who did what happened at that instant."""
    deeds = {each.at: each for each in story.stations if each.kind is StationKind.DEED}
    told, done = [], set()
    for station in story.stations:
        if station.kind is StationKind.DEED or _is_told(station):
            continue
        deed = deeds.get(station.at)
        if deed is not None:
            done.add(deed.at)
        told.append((station.at, _moment(actor, station, by=deed.by if deed else "")))
    told += [(at, _moment(actor, deed, by=deed.by)) for at, deed in deeds.items() if at not in done]
    return [moment for _at, moment in sorted(told, key=lambda pair: pair[0], reverse=True)]


def _is_told(station: Station) -> bool:
    """An activation is its own evidence for the warranty: it stands there once."""
    activated = WarrantyFact.Kind.ACTIVATED
    return station.kind is StationKind.WARRANTY and station.reference == activated


def _moment(actor: Actor, station: Station, *, by: str) -> Moment:
    drawn = _DRAWN[station.kind](station)
    who = " · ".join(part for part in (station.member, by) if part)
    facts = (*drawn.facts, *_places(station))
    return replace(drawn, who=who, url=_url(actor, station), facts=facts)


def _at(station: Station, **about: object) -> Moment:
    iso = timezone.localtime(station.at).isoformat(timespec="seconds")
    return Moment(at=when(station.at), iso=iso, **about)  # type: ignore[arg-type]  # passed through


def _places(station: Station) -> tuple[Fact, ...]:
    named = (
        (_("Channel"), station.channel),
        (_("Partner"), station.partner),
        (_("Where"), place(station.region)),
    )
    return tuple(Fact(name=name, value=value) for name, value in named if value)


def _issued(station: Station) -> Moment:
    order = Fact(name=_("Order"), value=station.reference, code=True)
    return _at(station, title=_("Code issued"), icon="sparkles", facts=(order,))


def _channel_changed(station: Station) -> Moment:
    before = Fact(name=_("Channel so far"), value=station.reference)
    title = _("Channel put right")
    return _at(station, title=title, icon="truck", tone="info", facts=(before,), text=station.note)


def _exported(station: Station) -> Moment:
    text = _("%(format)s with %(count)s codes") % {
        "format": station.reference.upper(), "count": grouped(station.count),
    }  # fmt: skip
    return _at(station, title=_("Written for the printer"), icon="document-arrow-down", text=text)


def _marked(station: Station) -> Moment:
    look = STATES[station.reference]
    text = station.note
    if station.until is not None and station.reference in _ENDED:
        ended = str(_ENDED[station.reference]) % {"at": when(station.until)}
        text = f"{text} {ended}".strip()
    facts: tuple[Fact, ...] = ()
    if station.count > 1:
        facts = (Fact(name=_("Together"), value=_units(station.count)),)
    tone = "neutral" if station.until else look.tone
    title = str(_MARKS[station.reference])
    return _at(station, title=title, icon=look.icon, tone=tone, text=text, facts=facts)


def _units(count: int) -> str:
    return ngettext("%(count)s unit", "%(count)s units", count) % {"count": grouped(count)}


def _checked(station: Station) -> Moment:
    look = VERDICTS.get(BORROWED.get(station.reference, station.reference), VERDICTS["unknown"])
    title = ngettext("Checked once", "Checked %(count)s times", station.count)
    told = _("Told: %(verdict)s") % {"verdict": look.title}
    tone = "neutral" if look.tone == "good" else look.tone
    return _at(
        station, title=title % {"count": grouped(station.count)}, icon="qr-code", tone=tone,
        text=told,
    )  # fmt: skip


def _activated(station: Station) -> Moment:
    return _at(station, title=_("Activated"), icon="check-circle", tone="good")


def _activation_ended(station: Station) -> Moment:
    titles = {
        Activation.Ending.TRANSFERRED: _("Handed over to somebody else"),
        Activation.Ending.RETURNED: _("Returned: nobody's any more"),
        Activation.Ending.CORRECTED: _("Owner corrected after an appeal"),
    }
    title = titles[Activation.Ending(station.reference)]
    bare = replace(station, channel="", region="")
    return _at(bare, title=title, icon="arrow-uturn-left", tone="notice")


def _appeal_opened(station: Station) -> Moment:
    title = _("Somebody else says it is theirs")
    return _at(station, title=title, icon="hand-raised", tone="notice")


def _appeal_answered(station: Station) -> Moment:
    title = _("Appeal: %(state)s") % {"state": Appeal.State(station.reference).label}
    return _at(station, title=title, icon="scale", tone="info")


def _linked(station: Station) -> Moment:
    kind = str(ExternalSerial.Kind(station.reference).label)
    number = Fact(name=kind, value=station.note, code=True)
    if station.until:
        text = _("Unlinked %(at)s.") % {"at": when(station.until)}
        return _at(station, title=_("Number linked"), icon="link", facts=(number,), text=text)
    return _at(station, title=_("Number linked"), icon="link", tone="info", facts=(number,))


def _contained(station: Station) -> Moment:
    into = station.kind is StationKind.PACKED
    kind = str(Product.Kind(station.reference).label)
    title = _("Packed into a %(kind)s") if into else _("Took in a %(kind)s")
    text = _("Taken out %(at)s.") % {"at": when(station.until)} if station.until else ""
    code = Fact(
        name=_("Code"), value=grouped_code(station.code), code=True, url=code_url(station.code)
    )
    return _at(
        station, title=title % {"kind": kind}, icon="archive-box", facts=(code,),
        text=f"{station.note} {text}".strip(),
    )  # fmt: skip


def _offered(station: Station) -> Moment:
    text = _("Taken.") if station.reference == "taken" else ""
    return _at(station, title=_("Offered to somebody"), icon="arrows-right-left", text=text)


def _warranty(station: Station) -> Moment:
    kind = str(WarrantyFact.Kind(station.reference).label)
    on, _space, evidence = station.note.partition(" ")
    facts = [Fact(name=_("On"), value=on)]
    if evidence and not evidence.startswith("identity."):
        facts.append(Fact(name=_("Evidence"), value=evidence))
    title = _("Warranty: %(kind)s") % {"kind": kind}
    return _at(station, title=title, icon="shield-check", tone="info", facts=tuple(facts))


def _deed(station: Station) -> Moment:
    return _at(station, title=action_text(station.reference), icon="finger-print")


_DRAWN: dict[StationKind, Callable[[Station], Moment]] = {
    StationKind.ACTIVATED: _activated,
    StationKind.ACTIVATION_ENDED: _activation_ended,
    StationKind.APPEAL_ANSWERED: _appeal_answered,
    StationKind.APPEAL_OPENED: _appeal_opened,
    StationKind.CHANNEL_CHANGED: _channel_changed,
    StationKind.CHECKED: _checked,
    StationKind.DEED: _deed,
    StationKind.EXPORTED: _exported,
    StationKind.ISSUED: _issued,
    StationKind.LINKED: _linked,
    StationKind.MARKED: _marked,
    StationKind.PACKED: _contained,
    StationKind.TOOK_IN: _contained,
    StationKind.TRANSFER_OFFERED: _offered,
    StationKind.WARRANTY: _warranty,
}


def _url(actor: Actor, station: Station) -> str:
    """The page of what happened, for those who may open it."""
    pages = {
        StationKind.CHANNEL_CHANGED: ("desk:channel_change", Permission.ORDER_VIEW),
        StationKind.ISSUED: ("desk:order", Permission.ORDER_VIEW),
        StationKind.APPEAL_OPENED: ("desk:appeal", Permission.ACTIVATION_MANAGE),
        StationKind.APPEAL_ANSWERED: ("desk:appeal", Permission.ACTIVATION_MANAGE),
    }
    view, needs = pages.get(station.kind, ("", None))
    if needs is None or not actor.may(needs):
        return ""
    return reverse(view, args=[station.row])


def code_url(code: str) -> str:
    """The story of another code."""
    return f"{reverse('desk:code')}?{urlencode({'q': code})}"
