"""What a member reads: messages to them, and every answer with its words (消息、同意记录)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hefu.apps.members.own import answers_for, with_texts
from hefu.apps.members.purposes import Purpose
from hefu.apps.notices.models import Message
from hefu.apps.notices.selectors import inbox_for
from hefu.apps.notices.services import mark_read
from hefu.surfaces.consumer.choices import purpose_title
from hefu.surfaces.consumer.site import Visit, members_only, page

PER_PAGE = 20
#: What a message was about, once its words are gone.
_ABOUT = {
    "address_changed": gettext_lazy("Your contact was changed"),
    "copy_ready": gettext_lazy("The copy of your data is ready"),
    "prize_won": gettext_lazy("You won a prize"),
    "request_answered": gettext_lazy("Your request was answered"),
}
_BY = {
    Message.Channel.SMS: gettext_lazy("by SMS"),
    Message.Channel.EMAIL: gettext_lazy("by e-mail"),
    Message.Channel.INBOX: gettext_lazy("here"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One message as the page shows it; ``text`` is empty once it was forgotten."""

    title: str
    text: str
    day: str
    by: str
    language: str
    unread: bool
    failed: bool
    refuse_path: str  # of advertising: the page that stops it


@require_safe
@page
@members_only
def inbox(visit: Visit) -> HttpResponse:
    """Show what was sent, the newest first; looking at it marks it read."""
    paged = Paginator(inbox_for(visit.actor), PER_PAGE).get_page(visit.request.GET.get("page"))
    lines = [_line(row) for row in paged]
    if any(line.unread for line in lines):
        mark_read(
            brand_id=visit.own_brand().pk, member_id=visit.actor.member_id or 0, now=visit.now
        )
    return visit.page("own_messages", lines=lines, page_of_lines=paged)


def _line(row: Message) -> Line:
    about = _ABOUT.get(row.template)
    return Line(
        title=row.subject or str(about or _("A message")), text=row.body,
        day=date_format(timezone.localtime(row.created_at), "DATETIME_FORMAT"),
        by=str(_BY[Message.Channel(row.channel)]), language=row.language,
        unread=row.read_at is None, failed=row.state == Message.State.FAILED,
        refuse_path=urlsplit(row.refuse_url).path,
    )  # fmt: skip


@require_safe
@page
@members_only
def answers(visit: Visit) -> HttpResponse:
    """Show every yes and no, with the text that was on the page then."""
    paged = Paginator(answers_for(visit.actor), PER_PAGE).get_page(visit.request.GET.get("page"))
    lines = [
        {
            "title": purpose_title(Purpose(one.purpose)),
            "answer": one,
            "day": date_format(timezone.localtime(one.at), "DATETIME_FORMAT"),
        }
        for one in with_texts(list(paged))
    ]
    return visit.page("own_answers", lines=lines, page_of_lines=paged)
