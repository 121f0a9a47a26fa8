"""The brand's settings (品牌设置): what readers see at the head and the foot of every page."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.accounts.services_brand import change_brand
from hefu.apps.catalog.errors import MediaRefused
from hefu.apps.catalog.services.media import keep_media
from hefu.apps.catalog.uploads import discard, receive
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.surfaces.consumer.page_addresses import logo_path, section_path
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_brand import BrandForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.shown import trail

_SHOWN = ("name", "name_en", "colour", "trader_name", "trader_address", "trader_contact")


@page(Permission.BRAND_MANAGE)
def settings(request: DeskRequest) -> HttpResponse:
    """Show and change how the brand shows itself."""
    brand = request.brand
    now_so = {key: getattr(brand, key) for key in _SHOWN} | {"host": brand.host or ""}
    form = BrandForm(sent(request), request.FILES or None, initial=now_so)
    if request.method == "POST" and form.is_valid():
        try:
            look = form.look(logo=_logo(request, form))
            change_brand(request.actor, look=look, now=timezone.now())
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. Every page of the brand looks like this now."))
            return HttpResponseRedirect(reverse("desk:brand"))
    return render(
        request, "desk/brand.html",
        {"form": form, "logo": logo_path(brand), "section_url": section_path(brand)},
        crumbs=trail(end=_("Brand")), status=422 if form.errors else 200,
    )  # fmt: skip


def _logo(request: DeskRequest, form: BrandForm) -> str:
    """The hash of the logo from now on: a new picture's, or the one it was.

    Raises:
        MediaRefused: what was sent is no picture.
    """
    file = form.cleaned_data["logo"]
    if file is None:
        return request.brand.logo
    try:
        incoming = receive(file, brand_id=request.actor.own_brand())
    except MediaRefused as refusal:
        raise MediaRefused(**{**refusal.details, "field": "logo"}) from refusal
    if not incoming.width or incoming.seconds:
        discard(incoming.folder)
        raise MediaRefused(field="logo", rule="unknown_type")
    return keep_media(request.actor, incoming=incoming, name=file.name, now=timezone.now()).sha256
