"""Times and numbers as the desk writes them: ``{% load hefu_desk %}``."""

from django import template
from django.template import Context

from hefu.apps.audit.models import Job
from hefu.apps.catalog.models import Media
from hefu.surfaces.consumer.page_addresses import copy_path, media_path
from hefu.surfaces.design import numbers
from hefu.surfaces.desk import shown

register = template.Library()

register.filter("when", shown.when)
register.filter("day", shown.day)


@register.filter
def grouped(number: float | None) -> str:
    """A number with its digits grouped; nothing is a dash."""
    return shown.NOTHING if number is None else numbers.grouped(number)


@register.filter
def cny(fen: int | None) -> str:
    """Minor units of yuan as a price tag; nothing is a dash."""
    return shown.NOTHING if fen is None else numbers.price(fen, "CNY")


@register.filter
def done_of(job: Job) -> str:
    """How far a job is, in pieces."""
    return f"{numbers.grouped(job.done)} / {numbers.grouped(job.total)}"


@register.simple_tag(takes_context=True)
def media_href(context: Context, file: Media) -> str:
    """Where an uploaded file of the brand can be seen."""
    return media_path(context["request"].brand, file)


@register.simple_tag(takes_context=True)
def media_small(context: Context, file: Media) -> str:
    """Where the smallest copy of a picture is."""
    brand = context["request"].brand
    return copy_path(brand, file, file.widths[0]) if file.widths else media_path(brand, file)
