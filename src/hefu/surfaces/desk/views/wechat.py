"""The brand's WeChat account on the desk (微信公众号): its secrets, and the address for WeChat."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hefu.apps.notices.wechat.selectors import account_for
from hefu.apps.notices.wechat.services import remove_account, set_account
from hefu.core.errors import DomainError
from hefu.core.permissions import Permission
from hefu.surfaces.desk.forms_wechat import WechatForm, say_refusal
from hefu.surfaces.desk.frame import DeskRequest, page, render
from hefu.surfaces.desk.shown import trail, when

MANAGE = Permission.INTEGRATION_MANAGE


@page(MANAGE)
def wechat(request: DeskRequest) -> HttpResponse:
    """Set the account; its secrets are never shown again."""
    row = account_for(request.actor)
    initial: dict[str, object] = {"active": True}
    if row is not None:
        initial = {"app_id": row.app_id, "active": row.active, "plain": not row.aes_key}
    form = WechatForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_account(request.actor, wish=form.wish(), now=timezone.now())
        except DomainError as refusal:
            say_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. Now save the same settings at WeChat."))
            return HttpResponseRedirect(reverse("desk:wechat"))
    slug = request.brand.slug
    return render(
        request, "desk/wechat.html",
        {
            "form": form, "row": row, "checked": when(row.checked_at) if row else "",
            "address": request.build_absolute_uri(reverse("consumer:wechat", args=[slug])),
        },
        crumbs=trail((_("Webhooks"), "desk:webhooks"), end=_("WeChat account")),
        status=422 if form.errors else 200,
    )  # fmt: skip


@page(MANAGE)
@require_POST
def remove(request: DeskRequest) -> HttpResponse:
    """Forget the account."""
    remove_account(request.actor, now=timezone.now())
    messages.success(request, _("Followers are not answered any more."))
    return HttpResponseRedirect(reverse("desk:wechat"))
