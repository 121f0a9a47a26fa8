"""A draw in the words of its page (抽奖页面): states, prizes, outcomes; calm in all cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.campaigns.draw_rules import Section, odds, sections, yuan
from hefu.apps.campaigns.models import Draw, DrawEntry, DrawKind, DrawState, DrawTerms, Win
from hefu.apps.campaigns.selectors.draws import (
    is_revealed,
    standing_of,
    terms_of,
    versions_of,
)
from hefu.core.draws import Outcome
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact, Tone

WIN_STATES: Mapping[str, tuple[object, Tone]] = {
    Win.State.OFFERED: (gettext_lazy("To be claimed"), "notice"),
    Win.State.CLAIMED: (gettext_lazy("On its way"), "info"),
    Win.State.DELIVERED: (gettext_lazy("Received"), "good"),
    Win.State.FORFEITED: (gettext_lazy("Not claimed in time"), "neutral"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PrizeLine:
    """A prize as the page lists it."""

    name: str
    value: str
    quantity: str
    odds: str
    terms: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryLine:
    """One of the reader's own entries; ``won`` where it brought a prize."""

    url: str
    title: str
    when: str
    won: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ListLink:
    """A published list and the command that recomputes the draw from it."""

    url: str
    name: str
    command: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where a draw stands, for the reader."""

    badge: str
    tone: Tone
    lead: str
    open: bool


def draw_url(draw: Draw, page: str = "draw", *more: object) -> str:
    """The address of a draw's page, the same for everybody."""
    return reverse(f"consumer:{page}", args=[draw.brand.slug, draw.slug, *more])


def time_text(at: datetime) -> str:
    """A day and a time in the reader's words."""
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def standing(draw: Draw, *, now: datetime) -> Standing:
    """Say in a badge and a sentence where a draw stands."""
    if draw.killed_at is not None:
        lead = _("The organiser stopped this draw: %(reason)s") % {"reason": draw.kill_reason}
        return Standing(badge=_("Stopped"), tone="bad", lead=lead, open=False)
    if now < draw.starts_at:
        lead = _("Begins on %(at)s.") % {"at": time_text(draw.starts_at)}
        return Standing(badge=_("Soon"), tone="info", lead=lead, open=False)
    if now < draw.ends_at:
        lead = _("Open until %(at)s.") % {"at": time_text(draw.ends_at)}
        return Standing(badge=_("Open for entries"), tone="good", lead=lead, open=True)
    if draw.state in (DrawState.DRAWN, DrawState.ARCHIVED):
        lead = _("Ended on %(at)s. The winners are known.") % {"at": time_text(draw.ends_at)}
        return Standing(badge=_("Ended"), tone="neutral", lead=lead, open=False)
    lead = _("The list is closed. The draw is made on %(at)s.") % {"at": time_text(draw.draw_at)}
    return Standing(badge=_("List closed"), tone="info", lead=lead, open=False)


def prize_lines(draw: Draw, terms: DrawTerms) -> list[PrizeLine]:
    """What can be won: how many pieces, how many are left, which chance."""
    instant = draw.kind == DrawKind.INSTANT
    lines = []
    for row, told in zip(standing_of(draw), terms.rules["prizes"], strict=True):
        quantity = _("%(count)s pieces") % {"count": grouped(row.prize.quantity)}
        if instant and draw.entered:
            quantity = _("%(left)s of %(count)s pieces left") % {
                "left": grouped(row.left), "count": grouped(row.prize.quantity),
            }  # fmt: skip
        lines.append(
            PrizeLine(
                name=row.prize.name, value=yuan(row.prize.value_fen), quantity=quantity,
                odds=odds(terms.rules, told) if instant else "", terms=row.prize.terms,
            )
        )  # fmt: skip
    return lines


def rule_sections(terms: DrawTerms) -> tuple[Section, ...]:
    """The published rules in the reader's language."""
    return sections(terms.rules)


def proof_facts(draw: Draw, terms: DrawTerms) -> list[Fact]:
    """What was published so that nobody can choose who wins."""
    found = [
        Fact(name=_("Commitment"), value=terms.commitment, code=True),
        Fact(name=_("Hash of the rules"), value=terms.page_hash, code=True),
    ]
    if draw.kind == DrawKind.INSTANT:
        found.append(Fact(name=_("Entries so far"), value=grouped(draw.entered)))
        found.append(Fact(name=_("Head of the chain"), value=terms.head, code=True))
    elif draw.root:
        found.append(Fact(name=_("Root of the list"), value=draw.root, code=True))
    if draw.outside:
        found.append(Fact(name=_("Value from outside"), value=draw.outside))
    if is_revealed(draw):
        found.append(Fact(name=_("Seed, opened"), value=draw.secret, code=True))
    return found


def list_links(draw: Draw) -> list[ListLink]:
    """The published lists of a draw whose seed is open."""
    if not is_revealed(draw):
        return []
    instant = draw.kind == DrawKind.INSTANT
    versions = [t.version for t in versions_of(draw) if instant or t.version == draw.version]
    return [
        ListLink(
            url=draw_url(draw, "draw_list", version), name=f"published-{version}.json",
            command=f"python3 verify_draw.py published-{version}.json",
        )
        for version in versions
    ]  # fmt: skip


def entry_line(draw: Draw, entry: DrawEntry) -> EntryLine:
    """One own entry in a line."""
    return EntryLine(
        url=draw_url(draw, "draw_entry", entry.seq), title=outcome_title(draw, entry),
        when=time_text(entry.at), won=won_by(entry) is not None,
    )  # fmt: skip


def won_by(entry: DrawEntry) -> Win | None:
    """The win of an entry, if it brought a prize."""
    win = getattr(entry, "win", None)
    return win if win is not None and win.prize is not None else None


def outcome_title(draw: Draw, entry: DrawEntry) -> str:
    """What an entry brought, in a few words."""
    win = won_by(entry)
    if win is not None and win.prize is not None:
        return win.prize.name
    if draw.kind == DrawKind.AT_INSTANT and not is_revealed(draw):
        return _("You take part")
    return _("No prize this time")


def outcome_text(draw: Draw, entry: DrawEntry) -> str:
    """What that means for the reader."""
    win = won_by(entry)
    if win is not None:
        if win.state == Win.State.OFFERED and win.claim_by is not None:
            return _("It is yours. Please claim it by %(at)s.") % {"at": time_text(win.claim_by)}
        return str(WIN_STATES[win.state][0])
    if draw.kind == DrawKind.AT_INSTANT and not is_revealed(draw):
        if draw.killed_at is not None:
            return _("The draw was stopped; nobody won.")
        return _("Your entry stands. The draw is made on %(at)s.") % {"at": time_text(draw.draw_at)}
    if entry.got == Outcome.GONE:
        return _("Your number fell on a prize of which no piece was free at that moment.")
    return _(
        "Thank you for taking part. It cost you nothing, and your data is used for nothing else."
    )


def page_parts(draw: Draw, *, now: datetime) -> dict[str, object]:
    """What everybody reads on a draw's page."""
    terms = terms_of(draw)
    if terms is None:  # nothing is published: the page does not exist for visitors
        return {}
    return {
        "draw": draw,
        "standing": standing(draw, now=now),
        "prizes": prize_lines(draw, terms),
        "rules": rule_sections(terms),
        "rules_url": draw_url(draw, "draw_rules", terms.version),
        "proof": proof_facts(draw, terms),
        "lists": list_links(draw),
        "winners_url": draw_url(draw, "draw_winners"),
        "draw_url": draw_url(draw),
    }
