"""Every table, to look at (后台数据); changed only through services, so nothing here writes rows.

The one exception is a service of its own: putting given-up deliveries back into the queue.
"""

from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin

from hefu.apps.accounts.selectors import actor_of
from hefu.apps.audit.models import Delivery
from hefu.apps.audit.services import put_back
from hefu.core.actor import system

_SHOWN = 9  # columns of a list
_LONG = {"JSONField", "TextField", "SealedTextField"}


def _plain(model: type[Model]) -> list[Any]:
    """Columns that may be seen: nothing sealed, no secrets."""
    return [
        field
        for field in model._meta.concrete_fields
        if not getattr(field, "sealed", False)
        and "secret" not in field.name
        and field.name != "password"
    ]


class LookOnly(ModelAdmin):  # type: ignore[misc]  # unfold is not typed
    """A table without any way to add, change or delete."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nobody adds rows here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nobody changes rows here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nobody deletes rows here."""
        return False


@admin.action(description=_("Put given-up deliveries back into the queue"))
def put_back_action(admin_: ModelAdmin, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
    """Try the chosen deliveries again."""
    actor = actor_of(request.user, surface="backstage")
    who = actor if actor.user_id else system(str(request.user)).through("backstage")
    count = put_back(who, deliveries=list(rows.values_list("pk", flat=True)), now=timezone.now())
    admin_.message_user(
        request, ngettext("%d delivery is due again", "%d deliveries are due again", count) % count,
        messages.SUCCESS,
    )  # fmt: skip


def _admin_for(model: type[Model]) -> type[LookOnly]:
    columns = _plain(model)
    short: list[str] = [f.name for f in columns if type(f).__name__ not in _LONG][:_SHOWN]
    related = [f.name for f in columns if f.is_relation and f.name in short]
    about: dict[str, Any] = {
        "list_display": short,
        "list_select_related": related or False,
        "fields": [f.name for f in columns],
        "readonly_fields": [f.name for f in columns],
        "list_filter": [f.name for f in columns if isinstance(f, Field) and f.choices],
        "ordering": ["-pk"],
    }
    if model is Delivery:
        about["actions"] = [put_back_action]
    return type(f"{model.__name__}Look", (LookOnly,), about)


for _config in apps.get_app_configs():
    if _config.name.startswith("hefu.apps."):
        for _model in _config.get_models():
            admin.site.register(_model, _admin_for(_model))

admin.site.site_header = admin.site.site_title = "Hefu 合符"
