"""Links of codes (解析链接): where scans lead, tried out before it is saved."""

from dataclasses import asdict
from datetime import timedelta

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.catalog.models import ResolverLink
from hefu.apps.catalog.selectors import Uses, links_for, products_for, uses_since
from hefu.apps.catalog.services.links import LinkRow, read_link_row, save_link, withdraw_link
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.desk.forms import sent
from hefu.surfaces.desk.forms_links import LinkForm, stated, type_label
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.link_previews import Preview, preview
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.tables_links import LinksTable
from hefu.surfaces.desk.undo import done

DAYS = 30
WISHES_SHOWN = 10


@page(Permission.PRODUCT_VIEW)
def links(request: DeskRequest) -> HttpResponseBase:
    """List the links with their uses, and what was asked for in vain."""
    words = request.GET.get("q", "").strip()
    rows = links_for(request.actor)
    if words:
        rows = rows.filter(_holding(words))
    uses = uses_since(request.actor, timezone.localdate() - timedelta(days=DAYS))
    wishes = sorted((u for u in uses if u.missing), key=lambda u: -u.missing)[:WISHES_SHOWN]
    context = {
        "searchable": True,
        "may_edit": request.actor.may(Permission.PRODUCT_EDIT),
        "wishes": [(type_label(u.link_type), u) for u in wishes],
    }
    table = LinksTable(rows, counted=_counted(uses))
    return list_page(request, "desk/links.html", table, name="links", context=context)


def _holding(words: str) -> Q:
    return (
        Q(title__icontains=words)
        | Q(href__icontains=words)
        | Q(link_type__icontains=words)
        | Q(key_value__contains=words)
        | Q(qualifiers__icontains=words)
    )


def _counted(uses: list[Uses]) -> dict[tuple[str, str, str], int]:
    """Uses by key and type; under the key "" those of all keys together."""
    found: dict[tuple[str, str, str], int] = {}
    for use in uses:
        for key in {use.key_value, ""}:
            cell = use.key_ai, key, use.link_type
            found[cell] = found.get(cell, 0) + use.followed
    return found


@page(Permission.PRODUCT_EDIT)
def create(request: DeskRequest) -> HttpResponse:
    """Enter a link; ``gtin`` begins with a product of ours."""
    return _edit(request, None, {"product": request.GET.get("gtin", "")})


@page(Permission.PRODUCT_EDIT)
def link(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a link with what it does, and change it."""
    found = _link(request, pk)
    return _edit(request, found, stated(found))


def _edit(
    request: DeskRequest, known: ResolverLink | None, initial: dict[str, object]
) -> HttpResponse:
    products = products_for(request.actor).exclude(gtin="")
    form = LinkForm(sent(request), products=products, initial=initial)
    row = form.row() if request.method == "POST" else None
    if row is not None and request.POST.get("act") != "preview":
        try:
            saved = save_link(request.actor, row=row, link=known, now=timezone.now())
        except NotFound:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The link was saved. Scans follow it from now on."))
            return HttpResponseRedirect(reverse("desk:link", args=[saved.pk]))
    end = _("New link") if known is None else type_label(known.link_type)
    context = {"form": form, "link": known, "preview": _preview(request, known, row)}
    return render(
        request, "desk/link.html", context,
        crumbs=trail((_("Links of codes"), "desk:links"), end=end),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _preview(
    request: DeskRequest, known: ResolverLink | None, row: LinkRow | None
) -> Preview | None:
    draft = _draft(request, known, row) if row is not None else known
    if draft is None or draft.withdrawn_at:
        return None
    return preview(
        request.actor, request.brand, draft, stem=request.build_absolute_uri("/").rstrip("/"),
        language="en" if (get_language() or "").startswith("en") else "zh-hans",
    )  # fmt: skip


def _draft(request: DeskRequest, known: ResolverLink | None, row: LinkRow) -> ResolverLink:
    """The link as it would be saved; not saved."""
    about = asdict(row)
    about.pop("place")
    place = asdict(read_link_row(row))
    pk = known.pk if known else None
    return ResolverLink(pk=pk, brand_id=request.brand.pk, **about, **place)


@page(Permission.PRODUCT_EDIT)
@require_POST
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a link out of service; saving it again brings it back."""
    found = _link(request, pk)
    url = reverse("desk:link", args=[pk])
    again = {name: str(value) for name, value in stated(found).items() if value not in ("", False)}
    withdraw_link(request.actor, link=found, now=timezone.now())
    done(request, _("The link is out of service."), url=url, **again)
    return HttpResponseRedirect(url)


def _link(request: DeskRequest, pk: int) -> ResolverLink:
    found = links_for(request.actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
