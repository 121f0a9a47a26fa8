"""Activation (激活): the buyer binds the product; whoever comes second is told a way out."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hefu.apps.identity.errors.life import (
    AlreadyActivated,
    InnerCodeNeeded,
    InnerCodeWrong,
)
from hefu.apps.identity.selectors.codes import Missed, Reading, UnitRef
from hefu.apps.identity.services.activation import (
    ActivationOutcome,
    ActivationWish,
    Whereabouts,
)
from hefu.apps.identity.services.activation import (
    activate as bind,
)
from hefu.apps.members import services as members
from hefu.apps.members.errors import TextChanged
from hefu.apps.members.purposes import Purpose
from hefu.apps.members.selectors import consents_for
from hefu.core.errors import DomainError, Invalid
from hefu.core.regions import coarse
from hefu.surfaces.consumer.choices import choices_of, record_answers
from hefu.surfaces.consumer.forms import InnerForm, refuse
from hefu.surfaces.consumer.results import product_name
from hefu.surfaces.consumer.sentences import explain
from hefu.surfaces.consumer.site import SURFACE, Visit, page, to_sign_in
from hefu.surfaces.consumer.views.check import missed_page, recognise
from hefu.surfaces.regions import region_of_address

#: Browser families by what their names contain, the more particular ones first.
_FAMILIES = (
    ("MicroMessenger", "WeChat"), ("AlipayClient", "Alipay"), ("QQ/", "QQ"), ("UCBrowser", "UC"),
    ("HuaweiBrowser", "Huawei"), ("MiuiBrowser", "MIUI"), ("Edg", "Edge"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@page
def activate(visit: Visit, code: str) -> HttpResponse:
    """Ask what may be asked, then bind the product to the member who is signed in."""
    unit = recognise(visit, code)
    if isinstance(unit, Missed):
        return missed_page(visit, unit)
    if not visit.signed_in:
        return to_sign_in(visit)
    form = InnerForm(visit.request.POST if visit.request.method == "POST" else None)
    if visit.request.method != "POST":
        return _ask(visit, unit, form)
    try:
        outcome = _bind(visit, code)
    except AlreadyActivated as error:
        record_answers(visit, but=Purpose.PLACE)
        return _taken(visit, unit, code, error)
    except (InnerCodeNeeded, InnerCodeWrong) as error:
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
        surface=SURFACE, agent=_family(visit.request.headers.get("User-Agent", "")),
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


def _family(agent: str) -> str:
    return next((name for mark, name in _FAMILIES if mark in agent), "")


def _taken(visit: Visit, unit: UnitRef, code: str, error: DomainError) -> HttpResponse:
    if error.details.get("yours"):
        return redirect("consumer:mine")
    day = parse_date(str(error.details.get("on", "")))
    return visit.page(
        "taken", status=409, day=date_format(day, "DATE_FORMAT") if day else "",
        product=product_name(unit.batch), model=unit.batch.model,
        appeal_url=reverse("consumer:appeal", args=[code]),
    )  # fmt: skip
