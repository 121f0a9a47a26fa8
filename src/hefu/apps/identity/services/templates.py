"""Saving a maker's template (编码模板): proven to have one reading, and versioned.

A batch keeps the version it was opened with; what is in print is never reinterpreted.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from hefu.apps.audit.services import record, service
from hefu.apps.identity.models import CodeTemplate
from hefu.apps.identity.selectors.templates import checked_template
from hefu.core.actor import Actor
from hefu.core.codes import template_to_data
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission


@service
def save_template(
    actor: Actor, *, name: str, data: Mapping[str, Any], now: datetime
) -> CodeTemplate:
    """Store a template under a name; other content under the same name is its next version.

    Saving the same content again returns the version there is.

    Raises:
        Invalid: no name, or a longer one than 60 characters.
        BadTemplate: it cannot work; ``details`` say where and why.
        AmbiguousTemplate: some text has two readings; ``details`` show it and both.
    """
    actor.require(Permission.ORDER_MANAGE)
    name = name.strip()
    if not name or len(name) > 60:
        raise Invalid(field="name", rule="required" if not name else "too_long")
    template = checked_template(data)
    plain = template_to_data(template)
    # as typed, at most: by which a code finds the templates that may be its own
    length = sum(max(part.widths) for part in template.segments)
    mine = CodeTemplate.objects.filter(brand_id=actor.own_brand(), name=name)
    while True:
        newest = mine.order_by("-version").first()
        if newest is not None and _same(newest, plain):
            return newest
        try:
            with transaction.atomic():
                row = CodeTemplate.objects.create(
                    brand_id=actor.own_brand(), name=name,
                    version=newest.version + 1 if newest else 1, segments=plain["segments"],
                    sample=plain["sample"], length=length, created_at=now,
                )  # fmt: skip
        except IntegrityError:
            continue
        record(actor, "identity.template_saved", row, now=now, name=name, version=row.version)
        return row


def _same(row: CodeTemplate, plain: Mapping[str, Any]) -> bool:
    return bool(row.segments == plain["segments"] and row.sample == plain["sample"])


@service
def retire_template(actor: Actor, *, template: CodeTemplate, now: datetime) -> CodeTemplate:
    """Take a template out of use for new batches; its codes are read as before.

    Raises:
        NotFound: another brand's.
    """
    actor.require(Permission.ORDER_MANAGE)
    if template.brand_id != actor.own_brand():
        raise NotFound
    if CodeTemplate.objects.filter(pk=template.pk, active=True).update(active=False):
        record(actor, "identity.template_retired", template, now=now)
    template.refresh_from_db()
    return template
