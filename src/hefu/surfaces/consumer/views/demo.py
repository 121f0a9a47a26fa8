"""The messages a demonstration machine would have sent (演示短信), to read instead of a phone."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from hefu.apps.notices.selectors import demo_messages
from hefu.surfaces.consumer.site import Visit, page


@require_safe
@page
def messages(visit: Visit) -> HttpResponse:
    """Show the newest messages; elsewhere than in a demonstration there is no such page."""
    return visit.page("demo_messages", messages_out=demo_messages())
