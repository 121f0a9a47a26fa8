"""The living guide to the design system, and a brand's colour as a style sheet."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from hefu.surfaces.design import colour as colours
from hefu.surfaces.design import samples


@require_safe
@cache_control(public=True, immutable=True, max_age=365 * 24 * 3600)
def brand_css(request: HttpRequest, colour: str) -> HttpResponse:  # noqa: ARG001
    """The style sheet of one colour; its address holds all it depends on, so it never changes."""
    try:
        sheet = colours.stylesheet(colour)
    except ValueError as error:
        raise Http404 from error
    return HttpResponse(sheet, content_type="text/css; charset=utf-8")


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Every component of the desk, drawn from made-up values."""
    context = samples.desk(request.path, page=request.GET.get("page", "1"))
    return render(request, "design/guide.html", context)


@require_safe
def consumer_guide(request: HttpRequest) -> HttpResponse:
    """Every component of the consumer's pages, drawn from made-up values."""
    return render(request, "design/guide_consumer.html", samples.consumer())


@require_safe
def guide_progress(request: HttpRequest) -> HttpResponse:
    """A job that advances by an eighth whenever it is asked, as a real one would."""
    try:
        value = min(8000, int(request.GET.get("value", "0")) + 1000)
    except ValueError as error:
        raise Http404 from error
    poll = f"{request.path}?value={value}" if value < 8000 else ""
    return render(request, "design/progress.html", samples.job(value, poll=poll))
