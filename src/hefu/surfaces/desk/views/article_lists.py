"""Importing a list of articles (导入商品): choose a file, see what became of it, mend the rest."""

from pathlib import Path

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hefu.apps.audit.models import Job
from hefu.apps.audit.selectors import jobs_for
from hefu.apps.catalog.models import Import
from hefu.apps.catalog.selectors import imports_for
from hefu.apps.orders.article_rows import HEADERS
from hefu.apps.orders.services.article_lists import KIND, import_articles
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.files import csv_bytes
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_products import ImportForm
from hefu.surfaces.desk.frame import DeskRequest, page
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.tables_sales import ArticleListsTable
from hefu.surfaces.streams import kept_file

EXAMPLE = {"sku": "PN587-RED", "title": "智能电饭煲 红", "unit": "499.00", "on_sale": "是"}


@page(Permission.SALE_MANAGE)
def upload(request: DeskRequest) -> HttpResponseBase:
    """Take a list; below it, what was imported before."""
    form = ImportForm(sent(request), request.FILES or None)
    form.fields["file"].label = _("List of articles")
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            import_articles(request.actor, file=file, file_name=file.name, now=timezone.now())
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            return HttpResponseRedirect(reverse("desk:article_import"))
    lists = imports_for(request.actor, kind=KIND)
    going = jobs_for(request.actor).filter(
        pk__in=lists.values("job_id"), state__in=(Job.State.QUEUED, Job.State.RUNNING)
    )
    answer = list_page(
        request, "desk/article_import.html", ArticleListsTable(lists), name="article-lists",
        context={"form": form, "headers": _headers(), "going": going.count()},
        crumbs=trail((_("Articles"), "desk:articles"), end=_("Import")),
    )  # fmt: skip
    if form.errors:
        answer.status_code = 422
    return answer


def _headers() -> list[str]:
    chinese = (get_language() or "").startswith("zh")
    english = {name: next(one for one in names if one.isascii()) for name, names in HEADERS.items()}
    return [names[0] if chinese else english[name] for name, names in HEADERS.items()]


@page(Permission.SALE_MANAGE)
def empty_list(request: DeskRequest) -> HttpResponse:  # noqa: ARG001  (as all pages)
    """Hand out a list to fill in: our headers and one example row."""
    row = [EXAMPLE.get(name, "") for name in HEADERS]
    answer = HttpResponse(b"".join(csv_bytes(_headers(), [row])), content_type="text/csv")
    answer["Content-Disposition"] = 'attachment; filename="articles.csv"'
    return answer


@page(Permission.SALE_MANAGE)
def refused_rows(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Hand out the rows that could not be taken, with the reasons in front of them."""
    listing: Import | None = imports_for(request.actor, kind=KIND).filter(pk=pk).first()
    if listing is None or not listing.error_path:
        raise NotFound
    name = f"{Path(listing.file_name).stem}-refused.csv"
    return kept_file(request, listing.error_path, name=name)
