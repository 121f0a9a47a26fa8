"""A draw as the desk shows it: what it says, what it has cost, what may be done now."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.campaigns.draw_rules import sections, yuan
from hefu.apps.campaigns.models import Draw, DrawKind, DrawState, EntryBy, Win
from hefu.apps.campaigns.models.draws import ENTERABLE
from hefu.apps.campaigns.selectors.draws import (
    chances_of,
    entries_by_hour,
    is_revealed,
    standing_of,
    terms_of,
    wins_for,
)
from hefu.apps.campaigns.services.draws.planning import (
    APPROVAL,
    EDITABLE,
    rules_of,
    worst_chance_fen,
)
from hefu.core import charts
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import chart_words, grouped
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.desk.frame import DeskRequest
from hefu.surfaces.desk.shown import when
from hefu.surfaces.desk.tables_draws import state_of

LONGEST_CHART = 24 * 45


def about_draw(request: DeskRequest, draw: Draw) -> dict[str, Any]:
    """Everything the page of a draw shows."""
    may = request.actor.may(Permission.CAMPAIGN_MANAGE)
    public = draw.published_at is not None
    asked = approvals_for(request.actor).filter(
        kind=APPROVAL, subject_id=draw.pk, decision=Approval.Decision.OPEN
    ).first()  # fmt: skip
    revealed = is_revealed(draw) or draw.killed_at is not None
    own = request.actor.user_id in (draw.created_by_id, asked.asked_by_id if asked else None)
    return {
        "draw": draw,
        "badge": state_of(draw.state, DrawState(draw.state).label),
        "rules": sections(terms.rules if (terms := terms_of(draw)) else rules_of(draw)),
        "tiles": _tiles(draw) if public else [],
        "prizes": [
            (row, yuan(row.prize.value_fen), yuan(row.worst_fen)) for row in standing_of(draw)
        ],
        "chart": _chart(request, draw) if public and draw.entered else None,
        "facts": _facts(request, draw),
        "public_url": reverse("consumer:draw", args=[draw.brand.slug, draw.slug]) if public else "",
        "open_wins": wins_for(request.actor).filter(draw=draw, state=Win.State.CLAIMED).count(),
        "may_edit": may and draw.state in EDITABLE,
        "may_submit": may and draw.state == DrawState.DRAFT,
        "waiting": draw.state == DrawState.WAITING,
        "may_decide": request.actor.may(Permission.APPROVAL_DECIDE) and not own,
        "may_improve": may and draw.state in ENTERABLE and timezone.now() < draw.ends_at,
        "may_stop": may and draw.state in (*ENTERABLE, DrawState.CLOSED),
        "may_hold": may and draw.state == DrawState.CLOSED and bool(draw.outside_source),
        "may_archive": may and draw.state in (DrawState.DRAWN, DrawState.KILLED),
        "may_download": may and revealed,
        "may_delete": may and not public,
    }


def _tiles(draw: Draw) -> list[dict[str, str]]:
    rows = standing_of(draw)
    total = sum(row.prize.quantity for row in rows)
    left = sum(row.left for row in rows)
    return [
        {"label": _("Entries"), "value": grouped(draw.entered), "hint": ""},
        {
            "label": _("Prizes left"), "value": grouped(left),
            "hint": _("of %(total)s") % {"total": grouped(total)},
        },
        {
            "label": _("Cost so far, yuan"),
            "value": grouped(sum(r.cost_fen for r in rows) / 100), "hint": "",
        },
        {
            "label": _("Cost at most, yuan"),
            "value": grouped(sum(r.worst_fen for r in rows) / 100),
            "hint": _("if every piece is won"),
        },
    ]  # fmt: skip


def _facts(request: DeskRequest, draw: Draw) -> list[Fact]:
    """Times, hashes and what was published; never the seed before its time."""
    terms = terms_of(draw)
    found = [
        Fact(name=_("Who wins is decided"), value=str(DrawKind(draw.kind).label)),
        Fact(name=_("A chance comes with"), value=str(EntryBy(draw.entry_by).label)),
        Fact(name=_("Begins"), value=when(draw.starts_at)),
        Fact(name=_("Until"), value=when(draw.ends_at)),
        Fact(name=_("Drawn at"), value=when(draw.draw_at)),
    ]
    chances = draw.cap_person if draw.entry_by == EntryBy.MEMBER else draw.cap_code
    most = worst_chance_fen(list(draw.prizes.all()), chances=chances)
    found.append(Fact(name=_("One code or person wins at most"), value=yuan(most)))
    if draw.entry_by == EntryBy.ACTIVATION and draw.published_at is not None:
        given, taken = chances_of(request.actor, draw)
        value = _("%(taken)s of %(given)s") % {"taken": grouped(taken), "given": grouped(given)}
        found.append(Fact(name=_("Chances taken"), value=value))
    if terms is not None:
        found += [
            Fact(name=_("Version of the terms"), value=grouped(terms.version)),
            Fact(name=_("Commitment"), value=terms.commitment, code=True),
            Fact(name=_("Hash of the rules"), value=terms.page_hash, code=True),
        ]
    if draw.root:
        found.append(Fact(name=_("Root of the list"), value=draw.root, code=True))
    if draw.kill_reason:
        found.append(Fact(name=_("Stopped because"), value=draw.kill_reason))
    if draw.archive_sha256:
        found.append(Fact(name=_("SHA-256 of the archive"), value=draw.archive_sha256, code=True))
    return found


def _chart(request: DeskRequest, draw: Draw) -> charts.Chart:
    hours = entries_by_hour(request.actor, draw)[-LONGEST_CHART:]
    labels = tuple(f"{timezone.localtime(hour.at):%m-%d %H:00}" for hour in hours)
    values = tuple(hour.entries for hour in hours)
    return charts.line_chart(
        charts.About(ident="entries", title=_("Entries per hour")),
        charts.Dataset(
            head=_("Hour"), labels=labels,
            series=(charts.Series(name=_("Entries"), values=values),),
        ),
        number=grouped, words=chart_words(total=_("Total")), filled=True,
    )  # fmt: skip
