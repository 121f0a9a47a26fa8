"""Closing the account (注销账号): what is lost, what stays and why; then the receipt."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hefu.apps.accounts.selectors import brands_for
from hefu.apps.members.own import Receipt, losses_for, receipt_by_token
from hefu.apps.members.services.closing import close_account
from hefu.core.actor import system
from hefu.core.personal import RETENTIONS
from hefu.surfaces.consumer.forms_own import CloseForm
from hefu.surfaces.consumer.results import day_text
from hefu.surfaces.consumer.site import SURFACE, Visit, members_only, page
from hefu.surfaces.consumer.views.own.fresh import freshly_proved, sign_in_id


@require_http_methods(["GET", "HEAD", "POST"])
@page
@members_only
@freshly_proved
def close(visit: Visit) -> HttpResponse:
    """Warn, then close at once; there is no way back and no waiting either."""
    form = CloseForm(visit.request.POST if visit.request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        done = close_account(visit.actor, sign_in_id=sign_in_id(visit), now=visit.now)
        brand = visit.own_brand().pk
        visit.request.session.flush()
        visit.request.session["brand_id"] = brand
        return redirect("consumer:receipt", token=done.token)
    losses = [(loss.count, loss.words.read_in(visit.language)) for loss in losses_for(visit.actor)]
    return visit.page(
        "own_close", status=400 if form.is_bound else 200, form=form, losses=losses,
        rules=[(rule.id, rule.source.read_in(visit.language)) for rule in RETENTIONS],
    )  # fmt: skip


@require_safe
@page
def receipt(visit: Visit, token: str) -> HttpResponse:
    """Show the receipt to whoever has its address; it names nobody."""
    found = receipt_by_token(token)
    brand = brands_for(system(SURFACE)).get(pk=found.brand_id)
    return visit.page("own_receipt", receipt=_shown(found, visit), token=token, maker=brand.name)


@require_safe
@page
def receipt_file(visit: Visit, token: str) -> HttpResponse:
    """Hand the receipt out as a text file to keep."""
    found = receipt_by_token(token)
    brand = brands_for(system(SURFACE)).get(pk=found.brand_id)
    return HttpResponse(
        _text(_shown(found, visit), brand.name), content_type="text/plain; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="receipt-{found.number}.txt"',
            "Cache-Control": "no-store, private",
        },
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptLine:
    """Records that law keeps, as the receipt says it."""

    what: str
    count: int
    rule: str
    source: str
    until: str
    erased: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A receipt in the reader's language."""

    number: str
    at: str
    lost: list[tuple[int, str]]
    kept: list[KeptLine]


def _shown(found: Receipt, visit: Visit) -> Shown:
    return Shown(
        number=found.number,
        at=date_format(timezone.localtime(found.at), "DATETIME_FORMAT"),
        lost=[(loss.count, loss.words.read_in(visit.language)) for loss in found.lost],
        kept=[
            KeptLine(
                what=line.words.read_in(visit.language), count=line.count, rule=line.rule,
                source=line.source.read_in(visit.language), until=day_text(line.until),
                erased=line.erased,
            )
            for line in found.kept
        ],
    )  # fmt: skip


def _text(shown: Shown, brand: str) -> str:
    lines = [
        _("Receipt for a closed account"), brand,
        _("Number: %(number)s") % {"number": shown.number},
        _("Closed: %(at)s") % {"at": shown.at}, "",
        _("Deleted: phone, e-mail, name, messages, cart, devices, appeals, groups, birthday."),
        _("What stays without you: that a product was activated, when and in which region."), "",
        _("Kept because the law wants it:"),
    ]  # fmt: skip
    lines += [
        f"- {one.what} ({one.count}): {one.source} [{one.rule}]; "
        + _("until %(until)s, then deleted") % {"until": one.until}
        for one in shown.kept
    ] or [_("Nothing.")]
    return "\r\n".join(lines) + "\r\n"
