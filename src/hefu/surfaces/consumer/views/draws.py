"""Draws (抽奖): what can be won, taking part, the result, claiming; lists for anybody."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hefu.apps.accounts.selectors import brands_for
from hefu.apps.campaigns.models import Draw, DrawPrize, DrawState, EntryBy, Win
from hefu.apps.campaigns.selectors.draws import (
    activations_with_a_chance,
    draw_by_slug,
    draws_for,
    entries_of,
    public_wins,
    published_bytes,
    receipt_of,
    versions_of,
    win_by_id,
    winners_of,
    wins_for,
)
from hefu.apps.campaigns.services.draws.archive import verifier
from hefu.apps.campaigns.services.draws.entering import enter_draw
from hefu.apps.campaigns.services.draws.prizes import claim_win
from hefu.apps.identity.selectors.codes import UnitRef
from hefu.core.actor import system
from hefu.core.errors import DomainError, NotFound
from hefu.surfaces.consumer.drawn import (
    WIN_STATES,
    draw_url,
    entry_line,
    outcome_text,
    outcome_title,
    page_parts,
    standing,
    time_text,
    won_by,
)
from hefu.surfaces.consumer.forms import refuse
from hefu.surfaces.consumer.forms_draws import ClaimForm, EnterForm
from hefu.surfaces.consumer.owned import own_code, product_text
from hefu.surfaces.consumer.results import moment
from hefu.surfaces.consumer.sentences import explain
from hefu.surfaces.consumer.site import SURFACE, Visit, members_only, page, to_sign_in
from hefu.surfaces.consumer.views.check import find

PER_PAGE = 50


@require_safe
@page
def draws(visit: Visit) -> HttpResponse:
    """List the brand's draws: those open first, then those that ended."""
    visit.own_brand()
    rows = list(draws_for(visit.actor)[:50])
    told = [(draw, draw_url(draw), standing(draw, now=visit.now)) for draw in rows]
    told.sort(key=lambda row: not row[2].open)
    return visit.page("draws", draws=told)


@require_safe
@page
def draw(visit: Visit, brand: str, slug: str) -> HttpResponse:
    """Show a draw: prizes, times, rules, who organises it, and how chance is kept honest."""
    found = _draw(visit, brand, slug)
    given = {"code": visit.request.GET.get("code", "")[:400], "key": str(uuid.uuid4())}
    return _show(visit, found, EnterForm(initial=given))


def _draw(visit: Visit, brand: str, slug: str) -> Draw:
    """The draw of an address; the page becomes one of its brand."""
    owner = brands_for(system(SURFACE)).filter(slug=brand).first()
    if owner is None:
        raise NotFound
    visit.turn_to(owner.pk)
    return draw_by_slug(visit.actor, slug)


def _show(visit: Visit, found: Draw, form: EnterForm, *, status: int = 200) -> HttpResponse:
    mine = [entry_line(found, entry) for entry in entries_of(visit.actor, found)[:20]]
    parts = page_parts(found, now=visit.now)
    if not parts:
        raise NotFound
    chances = [
        {"code": own_code(row), "product": product_text(row.product), "day": moment(row.at)}
        for row in activations_with_a_chance(visit.actor, found)[:20]
    ]
    taken = len(mine) >= found.cap_person
    return visit.page(
        "draw", status=status, **parts, form=form, mine=mine, chances=chances, taken=taken,
        by_code=found.entry_by == EntryBy.SCAN, by_activation=found.entry_by == EntryBy.ACTIVATION,
    )  # fmt: skip


@require_POST
@page
def enter(visit: Visit, brand: str, slug: str) -> HttpResponse:
    """Take a chance, then show what it brought."""
    found = _draw(visit, brand, slug)
    if not visit.signed_in:
        visit.remember_brand()
        return redirect(draw_url(found))
    form = EnterForm(visit.request.POST)
    if form.is_valid():
        try:
            outcome = enter_draw(
                visit.actor, draw=found, key=form.cleaned_data["key"], adult=True,
                unit=_unit(visit, form.cleaned_data["code"]), device=visit.device, now=visit.now,
            )  # fmt: skip
        except DomainError as error:
            refuse(form, str(error.details.get("field") or ""), explain(error))
        else:
            return redirect(draw_url(found, "draw_entry", outcome.entry.seq))
    return _show(visit, found, form, status=400)


def _unit(visit: Visit, text: str) -> UnitRef | None:
    found = find(visit, text) if text.strip() else None
    return found if isinstance(found, UnitRef) else None


@require_safe
@page
def sign_in_to_enter(visit: Visit, brand: str, slug: str) -> HttpResponse:
    """Sign in first and come back to the draw."""
    found = _draw(visit, brand, slug)
    if visit.signed_in:
        return redirect(draw_url(found))
    return to_sign_in(visit)


@require_safe
@page
def entry(visit: Visit, brand: str, slug: str, seq: int) -> HttpResponse:
    """Show one's own entry: what it brought, and the receipt that it stands on the list."""
    found = _draw(visit, brand, slug)
    if not visit.signed_in:
        return to_sign_in(visit)
    mine = entries_of(visit.actor, found).filter(seq=seq).first()
    if mine is None:
        raise NotFound
    win = won_by(mine)
    return visit.page(
        "draw_entry", draw=found, draw_url=draw_url(found), entry=mine, win=win,
        title=outcome_title(found, mine), text=outcome_text(found, mine),
        when=time_text(mine.at), open_win=win is not None and win.state == Win.State.OFFERED,
        receipt=receipt_of(found, mine),
    )  # fmt: skip


@require_safe
@page
def winners(visit: Visit, brand: str, slug: str) -> HttpResponse:
    """The public list of winners: nobody has to sign in, nobody is named who did not agree."""
    found = _draw(visit, brand, slug)
    paged = Paginator(public_wins(found), PER_PAGE).get_page(visit.request.GET.get("page"))
    shown = winners_of(found, first=max(paged.start_index() - 1, 0), count=PER_PAGE)
    return visit.page(
        "draw_winners", draw=found, draw_url=draw_url(found), page_of_winners=paged,
        winners=[(winner, moment(winner.won_at)) for winner in shown],
        over=found.state in (DrawState.DRAWN, DrawState.ARCHIVED),
    )  # fmt: skip


@require_safe
@page
def published(visit: Visit, brand: str, slug: str, version: int) -> HttpResponse:
    """The published list as a file, from which anybody recomputes the draw."""
    found = _draw(visit, brand, slug)
    content = published_bytes(found, version)
    return _file(content, "application/json; charset=utf-8", f"published-{version}.json")


@require_safe
@page
def rules_file(visit: Visit, brand: str, slug: str, version: int) -> HttpResponse:
    """The rules exactly as they were hashed."""
    terms = versions_of(_draw(visit, brand, slug)).filter(version=version).first()
    if terms is None:
        raise NotFound
    return _file(terms.page.encode(), "text/plain; charset=utf-8", f"rules-{version}.txt")


@require_safe
@page
def verifier_file(_visit: Visit) -> HttpResponse:
    """The script that recomputes a published list."""
    return _file(verifier(), "text/x-python; charset=utf-8", "verify_draw.py")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
@page
@members_only
def prizes(visit: Visit) -> HttpResponse:
    """What the reader has won."""
    rows = wins_for(visit.actor)
    paged = Paginator(rows, 20).get_page(visit.request.GET.get("page"))
    return visit.page(
        "prizes", page_of_prizes=paged, prizes=[(win, *WIN_STATES[win.state]) for win in paged]
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page
@members_only
def prize(visit: Visit, win_id: int) -> HttpResponse:
    """One prize: claim it here; afterwards where it stands."""
    win = win_by_id(visit.actor, win_id)
    coins = win.prize is not None and win.prize.kind == DrawPrize.Kind.COINS
    form = ClaimForm(visit.request.POST if visit.request.method == "POST" else None)
    if form.is_bound and (coins or form.is_valid()):
        try:
            to = "" if coins else form.deliver_to()
            claim_win(visit.actor, win=win, deliver_to=to, now=visit.now)
        except DomainError as error:
            refuse(form, "", explain(error))
        else:
            messages.success(visit.request, _("Claimed. The prize is yours."))
            return redirect("consumer:prize", win_id=win.pk)
    label, tone = WIN_STATES[win.state]
    return visit.page(
        "prize", status=400 if form.is_bound else 200, win=win, form=form, coins=coins,
        state=label, tone=tone, until=time_text(win.claim_by) if win.claim_by else "",
        may_claim=win.state == Win.State.OFFERED, draw_url=draw_url(win.draw),
        text=win.draw.redemption, delivery=win.draw.delivery,
    )  # fmt: skip
