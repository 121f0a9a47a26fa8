"""What the mall sells and how much of it there is (商品与库存), and the mall's own terms."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hefu.apps.orders.models import Article, Category
from hefu.apps.orders.selectors.articles import (
    articles_for,
    categories_for,
    mall_for,
    movements_for,
)
from hefu.apps.orders.services import articles as deeds
from hefu.apps.orders.services import stock
from hefu.core.actor import Actor
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Tab
from hefu.surfaces.desk.forms import put_refusal, sent
from hefu.surfaces.desk.forms_sales import ArticleForm, CategoryForm, MallForm, StockForm
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.lists import list_page, searched
from hefu.surfaces.desk.shown import trail
from hefu.surfaces.desk.tables_sales import ArticlesTable, CategoriesTable, MovementsTable


def mall_tabs(current: str) -> list[Tab]:
    """The views of the mall behind the counter."""
    names = (
        ("sales", _("Orders")), ("articles", _("Articles")), ("categories", _("Categories")),
        ("disputes", _("Payment disputes")), ("mall", _("Terms of the mall")),
    )  # fmt: skip
    return [
        Tab(label=label, url=reverse(f"desk:{name}"), current=name == current)
        for name, label in names
    ]


@page(Permission.SALE_VIEW)
def articles(request: DeskRequest) -> HttpResponseBase:
    """List the articles; words fit sku and titles."""
    rows = articles_for(request.actor)
    if words := searched(request):
        rows = rows.filter(
            Q(sku__icontains=words) | Q(title__icontains=words) | Q(title_en__icontains=words)
        )
    return list_page(
        request, "desk/articles.html", ArticlesTable(rows), name="articles",
        context={"tabs": mall_tabs("articles"), "searchable": True, "may": _may(request)},
    )  # fmt: skip


def _may(request: DeskRequest) -> bool:
    return request.actor.may(Permission.SALE_MANAGE)


@page(Permission.SALE_MANAGE)
def article_new(request: DeskRequest) -> HttpResponse:
    """Add an article."""
    form = ArticleForm(request.actor, sent(request))
    if form.is_valid():
        try:
            made = deeds.create_article(
                request.actor, sheet=form.sheet(), counted=form.cleaned_data["counted"],
                now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("%(sku)s is written down.") % {"sku": made.sku})
            return HttpResponseRedirect(reverse("desk:article", args=[made.pk]))
    return _form(
        request, form, title=_("New article"),
        explained=_("What the mall sells: a price, a stock, and where it belongs."),
    )  # fmt: skip


def _article(actor: Actor, pk: int) -> Article:
    found = articles_for(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


@page(Permission.SALE_VIEW)
def article(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Show an article's stock with every change; who may receives and corrects it here."""
    found = _article(request.actor, pk)
    form = StockForm(request.POST) if request.method == "POST" else StockForm.empty()
    if request.method == "POST" and form.is_valid():
        try:
            text = _move(request.actor, found, form)
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, text)
            return HttpResponseRedirect(reverse("desk:article", args=[pk]))
    table = MovementsTable(movements_for(request.actor).filter(article=found))
    left = "–" if found.available is None else grouped(found.available)
    return list_page(
        request, "desk/article.html", table, name=f"stock-{found.sku}",
        context={
            "article": found, "left": left, "form": form if _may(request) else None,
            "may": _may(request),
        },
        crumbs=trail((_("Articles"), "desk:articles"), end=found.sku),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _move(actor: Actor, found: Article, form: StockForm) -> str:
    said = form.cleaned_data
    about: dict[str, Any] = {"sku": found.sku, "key": said["key"], "note": said["note"]}
    if said["deed"] == "receive":
        row = stock.receive_stock(actor, quantity=said["quantity"], now=timezone.now(), **about)
    else:
        row = stock.correct_stock(actor, difference=said["quantity"], now=timezone.now(), **about)
    return _("In stock now: %(count)s.") % {"count": grouped(row.available or 0)}


@page(Permission.SALE_MANAGE)
def article_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Write an article down anew."""
    found = _article(request.actor, pk)
    form = ArticleForm(request.actor, sent(request), article=found)
    if form.is_valid():
        try:
            deeds.edit_article(request.actor, sheet=form.sheet(), now=timezone.now())
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("desk:article", args=[pk]))
    return _form(
        request, form, title=found.title,
        explained=_("Orders keep the price they were made at."),
    )  # fmt: skip


@page(Permission.SALE_VIEW)
def categories(request: DeskRequest) -> HttpResponseBase:
    """List the categories."""
    return list_page(
        request, "desk/categories.html", CategoriesTable(categories_for(request.actor)),
        name="categories",
        context={"tabs": mall_tabs("categories"), "may": _may(request)},
    )  # fmt: skip


@page(Permission.SALE_MANAGE)
def category_new(request: DeskRequest) -> HttpResponse:
    """Add a category."""
    return _category(request, None)


@page(Permission.SALE_MANAGE)
def category(request: DeskRequest, pk: int) -> HttpResponse:
    """Rename a category, or hang it somewhere else."""
    found = categories_for(request.actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return _category(request, found)


def _category(request: DeskRequest, found: Category | None) -> HttpResponse:
    form = CategoryForm(request.actor, sent(request), category=found)
    if form.is_valid():
        try:
            deeds.save_category(request.actor, now=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("desk:categories"))
    return _form(
        request, form, title=found.name if found else _("New category"),
        explained=_("A promotion that names a category means everything below it."),
    )  # fmt: skip


@page(Permission.SALE_VIEW)
def mall(request: DeskRequest) -> HttpResponse:
    """Show the mall's terms; who may changes them."""
    form = MallForm(sent(request), mall=mall_for(request.actor))
    if request.method == "POST":
        request.actor.require(Permission.SALE_MANAGE)
    if form.is_valid():
        try:
            deeds.set_mall(request.actor, now=timezone.now(), **form.terms())
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. Orders keep the terms they were made under."))
            return HttpResponseRedirect(reverse("desk:mall"))
    address = request.build_absolute_uri(
        reverse("consumer:mall_entrance", args=[request.brand.slug])
    )
    return render(
        request, "desk/mall.html",
        {
            "form": form, "tabs": mall_tabs("mall"), "may": _may(request), "address": address,
            "is_open": mall_for(request.actor).open,
        },
        status=422 if form.errors else 200,
    )  # fmt: skip


def _form(request: DeskRequest, form: Any, *, title: str, explained: str) -> HttpResponse:
    return render(
        request, "desk/form.html",
        {"form": form, "title": title, "explained": explained, "save": _("Save")},
        crumbs=trail((_("Articles"), "desk:articles"), end=title),
        status=422 if form.errors else 200,
    )  # fmt: skip
