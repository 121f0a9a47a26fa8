"""The story of a code (一码一档): paste anything, see what happened to the unit it names."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.catalog.models import Product
from hefu.apps.identity.errors.life import CodeMistyped, CodeUnknown
from hefu.apps.identity.selectors.codes import UnitRef, code_text
from hefu.apps.identity.selectors.story import Story, story_of
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.consumer.results import grouped_code, product_name, sentence
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact
from hefu.surfaces.design.vocabulary import VERDICTS
from hefu.surfaces.desk.forms import put_refusal
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.moments import BORROWED, code_url, moments_of
from hefu.surfaces.desk.shown import NOTHING, day, when
from hefu.surfaces.desk.standing import Standing, drawn_warranty, standing_of
from hefu.surfaces.desk.undo import done
from hefu.surfaces.desk.unit_deeds import Deed, Situation, offered_deeds


@page(Permission.CODE_VIEW)
def code(request: DeskRequest) -> HttpResponse:
    """Show the story of the code in ``q``; deeds on the unit are sent here too."""
    typed = (request.POST if request.method == "POST" else request.GET).get("q", "").strip()
    if not typed:
        return render(request, "desk/code_search.html", {"search_text": ""})
    try:
        story = story_of(request.actor, typed)
    except CodeMistyped as slip:
        return _missed(request, typed, slip)
    except CodeUnknown:
        return _missed(request, typed, None)
    standing = standing_of(request.actor, story, now=timezone.now())
    situation = Situation(actor=request.actor, story=story, standing=standing, now=timezone.now())
    if request.method == "POST":
        return _do(request, situation)
    return _show(request, situation)


def _missed(request: DeskRequest, typed: str, slip: CodeMistyped | None) -> HttpResponse:
    """Tell a slip of the hand from a code we do not know."""
    position = slip.details.get("position") if slip else None
    return render(
        request, "desk/code_search.html",
        {
            "search_text": typed, "missed": True, "slip": slip is not None,
            "partner": request.actor.is_partner,
            "place": position + 1 if isinstance(position, int) else None,
        },
        status=422 if slip else 404,
    )  # fmt: skip


def _do(request: DeskRequest, situation: Situation) -> HttpResponse:
    """Do the deed that was sent, if it is one of those offered."""
    wanted = request.POST.get("deed", "")
    deed = next((each for each in offered_deeds(situation) if each.name == wanted), None)
    if deed is None:
        raise NotFound
    form = deed.form_for(situation, request.POST)
    if form.is_valid():
        try:
            said = deed.run(situation, form.cleaned_data)
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            url = code_url(situation.story.code)
            if deed.undo is None:
                messages.success(request, said)
            else:
                back = deed.undo(situation, form.cleaned_data)
                done(request, said, url=reverse("desk:code"), q=situation.story.code, **back)
            return HttpResponseRedirect(url)
    return _show(request, situation, tried=(deed, form))


def _show(
    request: DeskRequest, situation: Situation, *, tried: tuple[Deed, forms.Form] | None = None
) -> HttpResponse:
    story, standing = situation.story, situation.standing
    has_warranty = story.unit.batch.kind != Product.Kind.PACKAGING
    deeds = [
        {
            "deed": deed, "open": bool(tried and tried[0] is deed),
            "form": tried[1] if tried and tried[0] is deed else deed.form_for(situation),
        }
        for deed in offered_deeds(situation)
    ]  # fmt: skip
    context = {
        "search_text": story.code, "code": story.code, "shown_code": grouped_code(story.code),
        "product": product_name(story.unit.batch), "model": story.unit.batch.model,
        **_verdict(standing), "facts": _facts(story, standing),
        "moments": moments_of(request.actor, story), "deeds": deeds,
        "warranty": drawn_warranty(request.brand, story, standing) if has_warranty else None,
        "steps": standing.warranty_steps,
        "contents": [_other(unit) for unit in standing.contents],
    }  # fmt: skip
    return render(request, "desk/code.html", context, status=422 if tried else 200)


def _verdict(standing: Standing) -> dict[str, Any]:
    """What a buyer reads now, and beside it what only staff may know."""
    verdict = standing.verdict
    look = VERDICTS[BORROWED.get(verdict.kind.value, verdict.kind.value)]
    title = _("Reported lost") if verdict.kind.value == "lost" else str(look.title)
    return {
        "verdict": title, "verdict_tone": look.tone, "verdict_icon": look.icon,
        "why": [text for reason in verdict.reasons if (text := sentence(reason))],
    }  # fmt: skip


def _facts(story: Story, standing: Standing) -> list[Fact]:
    batch, row = story.unit.batch, story.row
    facts = [
        Fact(name=_("Item number"), value=batch.item_no, code=True),
        Fact(name=_("Batch"), value=f"{day(batch.produced_on)} · {batch.number}"),
        Fact(name=_("GTIN"), value=batch.gtin or NOTHING, code=bool(batch.gtin)),
        Fact(name=_("Checks"), value=grouped(row.scan_count if row else 0)),
    ]
    if row is not None and row.first_scan_at is not None:
        facts.append(Fact(name=_("First check"), value=when(row.first_scan_at)))
    if standing.activated_at is not None:
        facts.append(Fact(name=_("Activated at"), value=when(standing.activated_at)))
    if standing.owner is not None:
        url = reverse("desk:member", args=[standing.owner.pk])
        facts.append(Fact(name=_("Owner"), value=standing.owner.masked, url=url))
    if standing.inside is not None:
        package = _other(standing.inside)
        facts.append(Fact(name=_("Lies in"), value=package["name"], url=package["url"]))
    return facts


def _other(unit: UnitRef) -> dict[str, str]:
    text = code_text(unit.batch, unit.serial)
    return {"name": product_name(unit.batch), "code": grouped_code(text), "url": code_url(text)}
