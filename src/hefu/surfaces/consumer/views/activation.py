"""Activation (激活): the buyer binds the product; whoever comes second is told a way out."""

import uuid
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hefu.apps.identity.errors.life import (
    AlreadyActivated,
    InnerCodeNeeded,
    InnerCodeWrong,
)
from hefu.apps.identity.selectors.codes import Missed, Reading, UnitRef
from hefu.apps.identity.selectors.states import Asked, UnitState, states_of
from hefu.apps.identity.selectors.units import row_of
from hefu.apps.identity.services.activation import (
    ActivationOutcome,
    ActivationWish,
    Whereabouts,
)
from hefu.apps.members import services as members
from hefu.apps.members.errors import TextChanged
from hefu.apps.members.purposes import Purpose
from hefu.apps.members.selectors import consents_for
from hefu.core.errors import Invalid
from hefu.core.regions import coarse
from hefu.surfaces.activating import activate as bind
from hefu.surfaces.consumer.browsers import browser_family
from hefu.surfaces.consumer.choices import choices_of, record_answers
from hefu.surfaces.consumer.forms import InnerForm, refuse
from hefu.surfaces.consumer.owned import owned_url
from hefu.surfaces.consumer.results import day_text, product_name
from hefu.surfaces.consumer.sentences import explain
from hefu.surfaces.consumer.site import SURFACE, Visit, page, to_sign_in
from hefu.surfaces.consumer.views.check import missed_page, recognise
from hefu.surfaces.regions import region_of_address


@require_http_methods(["GET", "HEAD", "POST"])
@page
def activate(visit: Visit, code: str) -> HttpResponse:
    """Ask what may be asked, then bind the product to the member who is signed in."""
    unit = recognise(visit, code)
    if isinstance(unit, Missed):
        return missed_page(visit, unit)
    if not visit.signed_in:
        return to_sign_in(visit)
    if visit.request.method == "POST":
        return _press(visit, unit, code)
    state = state_of(unit)
    if state.activated_at is None:
        return _ask(visit, unit, InnerForm())
    yours = state.member_id == visit.actor.member_id
    return _taken(visit, unit, code, on=timezone.localdate(state.activated_at), yours=yours)


def _press(visit: Visit, unit: UnitRef, code: str) -> HttpResponse:
    """Bind the product, then keep the answers to what was asked beside it."""
    try:
        outcome = _bind(visit, code)
    except AlreadyActivated as error:
        record_answers(visit, but=Purpose.PLACE)
        on = parse_date(str(error.details.get("on", "")))
        return _taken(visit, unit, code, on=on, yours=bool(error.details.get("yours")))
    except (InnerCodeNeeded, InnerCodeWrong) as error:
        form = InnerForm(visit.request.POST)
        form.is_valid()
        refuse(form, "inner_code", explain(error))
        return _ask(visit, unit, form, status=400)
    record_answers(visit, but=Purpose.PLACE)
    if outcome.coins_refused:
        messages.info(visit.request, _("The coins for this product are used up; all else holds."))
    return redirect(f"{reverse('consumer:product', args=[outcome.activation_id])}?fresh=1")


def _ask(visit: Visit, unit: UnitRef, form: InnerForm, *, status: int = 200) -> HttpResponse:
    states = consents_for(visit.actor, language=visit.language, now=visit.now)
    place = next((state for state in states if state.purpose is Purpose.PLACE), None)
    key = visit.request.POST.get("key") or str(uuid.uuid4())
    return visit.page(
        "activate", status=status, form=form, key=key, place=place,
        inner=unit.batch.has_inner and unit.reading is not Reading.INNER,
        choices=choices_of(states, but=Purpose.PLACE, ticked=visit.request.POST),
        product=product_name(unit.batch), model=unit.batch.model,
    )  # fmt: skip


def _bind(visit: Visit, code: str) -> ActivationOutcome:
    wish = ActivationWish(
        key=_key(visit), code=code, member_id=visit.actor.member_id or 0,
        inner=visit.request.POST.get("inner_code", "").strip()[:64], where=_whereabouts(visit),
        surface=SURFACE, agent=browser_family(visit.request.headers.get("User-Agent", "")),
    )  # fmt: skip
    return bind(visit.actor, wish=wish, now=visit.now)


def _key(visit: Visit) -> str:
    """Return the request's key: a form sent twice is one request."""
    try:
        return str(uuid.UUID(visit.request.POST.get("key", "")))
    except ValueError:
        return str(uuid.uuid4())


def _whereabouts(visit: Visit) -> Whereabouts:
    """Return the region of the address, and the place if it was given with its consent.

    A place is rounded before anything is done with it; one that cannot be read, or whose text
    changed meanwhile, is left out: it stands in nobody's way.
    """
    posted = visit.request.POST
    region = region_of_address(visit.address)
    source = "address" if region else ""
    try:
        position = coarse(float(posted.get("latitude", "")), float(posted.get("longitude", "")))
        members.answer_consent(
            visit.actor, purpose=Purpose.PLACE, given=True, now=visit.now,
            version=int(posted.get("version_place", "")),
            language=posted.get("language_place", visit.language),
        )  # fmt: skip
    except (ValueError, Invalid, TextChanged):
        return Whereabouts(region=region, source=source)
    return Whereabouts(region=region, source=source, place=(position.latitude, position.longitude))


def state_of(unit: UnitRef) -> UnitState:
    """What the records say of one unit right now."""
    row = row_of(unit)
    return states_of([Asked(key=unit.key, unit_id=row.pk)])[unit.key] if row else UnitState()


def _taken(visit: Visit, unit: UnitRef, code: str, *, on: date | None, yours: bool) -> HttpResponse:
    row = row_of(unit)
    if yours and row is not None:
        return redirect(owned_url(visit, row.pk) or "consumer:mine")
    return visit.page(
        "taken", status=409, day=day_text(on) if on else "",
        product=product_name(unit.batch), model=unit.batch.model,
        appeal_url=reverse("consumer:appeal", args=[code]),
    )  # fmt: skip
