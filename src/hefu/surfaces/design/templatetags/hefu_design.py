"""The components, as template tags: ``{% load hefu_design %}``.

Tags that hold content are block tags and end with ``end`` and their own name
(``{% card title=t %}...{% endcard %}``). Further attributes are passed on with underscores for
hyphens (``hx_get=url`` becomes ``hx-get``). Everything is escaped unless it is already safe.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import heroicons
from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info

from hefu.core.charts import Chart
from hefu.surfaces.design import vocabulary
from hefu.surfaces.design.colour import palette
from hefu.surfaces.design.middleware import PARAMETER
from hefu.surfaces.design.parts import (
    UNDO,
    Crumb,
    Fact,
    Moment,
    Tab,
    Tone,
    Trader,
    Verdict,
    WarrantyCard,
)

register = template.Library()

Attributes = Mapping[str, object]


def attributes(extra: Attributes) -> SafeString:
    """Render attributes; ``True`` stands alone, ``None``, ``False`` and ``""`` vanish."""
    shown = [(k.rstrip("_").replace("_", "-"), v) for k, v in extra.items()]
    return mark_safe(  # noqa: S308 - both parts are escaped by format_html
        "".join(
            format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)
            for name, value in shown
            if value is not None and value is not False and value != ""
        )
    )


# --- page ---------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def theme(context: Context) -> SafeString:
    """``data-theme`` for the html element, if the reader chose light or dark."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme") if request is not None else None
    return attributes({"data_theme": chosen if chosen in {"light", "dark"} else None})


@register.simple_tag
def brand_stylesheet(colour: str | None) -> SafeString:
    """Link the style sheet of a brand's colour (``#rrggbb``).

    Without a colour, or with one that cannot be read, the house's own stays: no page fails over
    its paint.
    """
    try:
        digits = palette(colour or "").brand.removeprefix("#")
    except ValueError:
        return SafeString("")
    url = reverse("design:brand_css", args=[digits])
    return format_html('<link rel="stylesheet" href="{}">', url)


@register.inclusion_tag("design/languages.html", takes_context=True)
def languages(context: Context) -> dict[str, Any]:
    """Links that choose a language: no script, no form (``middleware.LanguageChoice``)."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    links = []
    for code, _name in settings.LANGUAGES:
        query[PARAMETER] = code
        href = "?" + query.urlencode()
        name = get_language_info(code)["name_local"]
        short = "中文" if code.startswith("zh") else name
        links.append({"code": code, "href": href, "name": short})
    return {"links": links, "current": get_language()}


@register.inclusion_tag("design/trader.html")
def trader_identity(trader: Trader | None) -> dict[str, Any]:
    """The identity of who stands behind the page."""
    return {"trader": trader}


@register.inclusion_tag("design/crumbs.html")
def breadcrumb(crumbs: Sequence[Crumb]) -> dict[str, Any]:
    """The path to this page; the last crumb is the page itself."""
    return {"crumbs": crumbs}


# --- small parts --------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, *, kind: str = "outline", label: str = "", **extra: object) -> SafeString:
    """A heroicon, hidden from screen readers unless ``label`` gives it a meaning."""
    spoken: dict[str, object] = {"role": "img", "aria-label": label, "aria-hidden": "false"}
    classes = f"icon {extra.pop('class_', '')}".strip()
    given = {"class": classes, **extra, **(spoken if label else {})}
    drawn = heroicons._render_icon(kind, str(name) + "", None, given)  # noqa: SLF001
    return SafeString(drawn)


@register.simple_tag
def button(
    label: str,
    *,
    href: str = "",
    look: str = "",
    type: str = "submit",  # noqa: A002 - the attribute's name
    icon_name: str = "",
    **extra: object,
) -> SafeString:
    """A button, or a link that looks like one when ``href`` is given.

    ``look``: any of ``primary``, ``danger``, ``quiet``, ``wide``, separated by spaces.
    """
    classes = f"button {look}".strip()
    drawn = icon(icon_name) if icon_name else SafeString("")
    given: dict[str, object] = {"class": classes, **extra}
    if href:
        given = {"href": href, **given}
        return format_html("<a{}>{}{}</a>", attributes(given), drawn, label)
    given = {"type": type, **given}
    return format_html("<button{}>{}{}</button>", attributes(given), drawn, label)


@register.simple_tag
def badge(label: str, *, tone: Tone = "neutral", icon_name: str = "") -> SafeString:
    """A short word about a state, in a tone, with an icon if named."""
    drawn = icon(icon_name, kind="mini") if icon_name else SafeString("")
    return format_html('<span class="badge {}">{}{}</span>', tone, drawn, label)


@register.simple_tag
def state_badge(state: str) -> SafeString:
    """The badge of a code's or a piece of work's state; an unlisted state shows its name."""
    look = vocabulary.STATES.get(str(state))
    if look is None:
        return badge(str(state))
    return badge(str(look.label), tone=look.tone, icon_name=look.icon)


@register.simple_tag
def copyable(text: str) -> SafeString:
    """A code in the fixed-width face with a button that copies it."""
    return SafeString(render_to_string("design/copyable.html", {"text": text}))


@register.inclusion_tag("design/stat.html")
def stat(
    label: str,
    value: str,
    *,
    hint: str = "",
    change: str = "",
    tone: Tone = "neutral",
    direction: str = "",
    url: str = "",
    spark: Chart | None = None,
) -> dict[str, Any]:
    """A number worth a tile. ``direction`` is ``up`` or ``down``, ``tone`` says if that is good."""
    return {
        "label": label,
        "value": value,
        "hint": hint,
        "change": change,
        "tone": tone,
        "direction": direction,
        "url": url,
        "spark": spark,
    }


@register.inclusion_tag("design/facts.html")
def facts(items: Sequence[Fact]) -> dict[str, Any]:
    """Names and values."""
    return {"items": items}


@register.inclusion_tag("design/coins.html")
def coins(amount: str, *, label: str = "", hint: str = "") -> dict[str, Any]:
    """A balance of C-coins; ``amount`` is already formatted."""
    return {"amount": amount, "label": label, "hint": hint}


# --- forms --------------------------------------------------------------------------------


@register.inclusion_tag("design/field.html")
def field(bound: BoundField, *, hint: str = "", **extra: object) -> dict[str, Any]:
    """One form field: label, control, help and error, tied together for screen readers."""
    return _field(bound, hint=hint, extra=extra)


def _field(bound: BoundField, *, hint: str, extra: Attributes) -> dict[str, Any]:
    text = hint or bound.help_text
    ids = [f"{bound.auto_id}_help"] if text else []
    ids += [f"{bound.auto_id}_error"] if bound.errors else []
    given: dict[str, str | bool] = {
        k.rstrip("_").replace("_", "-"): str(v) for k, v in extra.items()
    }
    # A set of radios or boxes is described on its fieldset; a checkbox keeps its own looks.
    grouped = bool(bound.use_fieldset)
    single = getattr(bound.field.widget, "input_type", "") == "checkbox" and not grouped
    if not grouped:
        given |= {"aria-describedby": " ".join(ids)} if ids else {}
        given |= {"aria-invalid": "true"} if bound.errors else {}
    if not grouped and not single:
        given["class"] = f"input {given.get('class', '')}".strip()
    return {
        "field": bound,
        "control": bound.as_widget(attrs=given),
        "help": text,
        "described": " ".join(ids),
        "grouped": grouped,
        "single": single,
    }


@register.inclusion_tag("design/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """What is wrong with a form, at its top, with a link to each field."""
    wrong = [(form[name], errors) for name, errors in form.errors.items() if name in form.fields]
    return {"form": form, "wrong": wrong}


@register.inclusion_tag("design/fields.html")
def fields(form: BaseForm) -> dict[str, Any]:
    """All fields of a form in their order, its errors at the top."""
    return {"form": form}


# --- parts that hold content --------------------------------------------------------------


def _block(name: str, content: str, values: dict[str, Any]) -> SafeString:
    return SafeString(render_to_string(f"design/{name}.html", {**values, "content": content}))


@register.simple_block_tag
def card(content: str, *, title: str = "", icon_name: str = "", **extra: object) -> SafeString:
    """A card; ``{% card title=t %}...{% endcard %}``. ``level`` sets the heading's (2)."""
    level = extra.pop("level", 2)
    classes = f"card {extra.pop('class_', '')}".strip()
    values = {"title": title, "icon_name": icon_name, "level": level, "classes": classes}
    return _block("card", content, {**values, "extra": attributes(extra)})


@register.simple_block_tag
def note(content: str, *, tone: Tone = "info", icon_name: str = "") -> SafeString:
    """A passage set apart: advice, a warning, an error."""
    drawn = icon_name or vocabulary.TONE_ICONS[tone]
    return _block("note", content, {"tone": tone, "icon_name": drawn})


@register.simple_block_tag
def table(content: str, *, label: str) -> SafeString:
    """Scrolls sideways when narrow, head stays; content is a ``<table class="table">``'s inside."""
    return _block("table", content, {"label": label})


@register.simple_block_tag
def empty(content: str, *, title: str, icon_name: str = "inbox") -> SafeString:
    """Nothing here yet: says what belongs here and how to begin."""
    return _block("empty", content, {"title": title, "icon_name": icon_name})


@register.simple_block_tag
def dialog(content: str, *, id: str, title: str) -> SafeString:  # noqa: A002 - the attribute's name
    """A dialog, opened by any ``<button type="button" data-dialog="id">``."""
    return _block("dialog", content, {"id": id, "title": title})


@register.simple_block_tag
def filterbar(content: str, *, label: str, reset: str = "") -> SafeString:
    """A row of filters that submits itself by GET; ``reset`` is the address without filters."""
    return _block("filterbar", content, {"label": label, "reset": reset})


@register.simple_block_tag
def menu(content: str, *, label: str, icon_name: str = "", align: str = "end") -> SafeString:
    """A drop-down that works without a script; content is a list of links or buttons."""
    return _block("menu", content, {"label": label, "icon_name": icon_name, "align": align})


# --- larger parts -------------------------------------------------------------------------


@register.inclusion_tag("design/tabs.html")
def tabs(items: Sequence[Tab], *, label: str) -> dict[str, Any]:
    """Views of one thing, each at its own address."""
    return {"items": items, "label": label}


@register.inclusion_tag("design/stepper.html")
def stepper(steps: Sequence[str], current: int) -> dict[str, Any]:
    """Where a reader stands in a wizard; ``current`` counts from 1, past the end all are done."""
    return {"steps": steps, "current": current}


@register.inclusion_tag("design/progress.html")
def progress(
    label: str,
    *,
    value: int,
    total: int,
    poll: str = "",
    text: str = "",
    every: str = "1s",
) -> dict[str, Any]:
    """Progress of a job. With ``poll`` the part asks that address and is replaced by its answer.

    The address answers with the same part (``design/progress.html``), without ``poll`` when the
    job has ended, so the asking stops by itself.
    """
    percent = min(100, max(0, value * 100 // total)) if total > 0 else 0
    return {"label": label, "percent": percent, "poll": poll, "text": text, "every": every}


@register.inclusion_tag("design/timeline.html")
def timeline(moments: Sequence[Moment]) -> dict[str, Any]:
    """What happened, newest or oldest first as given."""
    return {"moments": moments}


@register.inclusion_tag("design/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], *, parameter: str = "page") -> dict[str, Any]:
    """Pages of a list; keeps the other parameters of the address."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    query.pop(parameter, None)
    rest = query.urlencode()
    prefix = f"?{rest}&{parameter}=" if rest else f"?{parameter}="
    numbers = list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
    return {"page": page, "numbers": numbers, "prefix": prefix, "gap": page.paginator.ELLIPSIS}


@register.inclusion_tag("design/messages.html", takes_context=True)
def messages(context: Context) -> dict[str, Any]:
    """Django's messages of this request, in our tones; some with a button that takes it back."""
    looks = vocabulary.MESSAGES
    shown = []
    for message in context.get("messages") or ():
        tone, sign = looks.get(message.level_tag, looks["info"])
        tags = message.extra_tags or ""
        undo = json.loads(tags.removeprefix(UNDO)) if tags.startswith(UNDO) else None
        shown.append({"text": message, "tone": tone, "icon": sign, "undo": undo})
    return {"shown": shown, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("design/verdict.html")
def verdict(told: Verdict) -> dict[str, Any]:
    """The big calm answer to a scan: a sign, a colour and words."""
    look = vocabulary.VERDICTS.get(told.kind, vocabulary.VERDICTS["unknown"])
    return {"told": told, "look": look}


@register.inclusion_tag("design/warranty_card.html")
def warranty_card(card_: WarrantyCard) -> dict[str, Any]:
    """The warranty card."""
    return {"card": card_}


@register.inclusion_tag("design/chart.html")
def chart(drawn: Chart, *, download: str = "", open_table: bool = False) -> dict[str, Any]:
    """A chart with the numbers behind it; ``download`` is the address of the same as a file."""
    return {"chart": drawn, "download": download, "open_table": open_table}


@register.simple_tag
def svg(drawn: Chart) -> SafeString:
    """Only the drawing; for a sparkline inside a sentence or a cell."""
    return SafeString(drawn.svg)


@register.simple_tag
def keys(*names: str) -> SafeString:
    """Keys to press, for hints."""
    return format_html_join(" ", "<kbd>{}</kbd>", ((name,) for name in names))
