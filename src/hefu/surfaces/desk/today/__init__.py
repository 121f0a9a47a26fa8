"""What needs doing today (今日待办), as tiles and short lists, by what somebody may do.

Each tile leads to the page that does it. A part belongs to a permission, so a new role has a
home without a line here; ``_NOT_FOR`` names what a role may see but does not need first.
"""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from hefu.core.actor import Actor
from hefu.core.permissions import PARTNER_ROLES, Permission, Role
from hefu.surfaces.desk.today import (
    billing,
    codes,
    life,
    promotions,
    questions,
    resources,
    rights,
    sales,
    stores,
)
from hefu.surfaces.desk.today.values import Part, Today

__all__ = ["today_for"]

_PARTS: tuple[tuple[Permission, Part], ...] = (
    (Permission.ORDER_MANAGE, codes.begin_order),
    (Permission.PRODUCT_EDIT, codes.begin_import),
    (Permission.CAMPAIGN_MANAGE, promotions.begin),
    (Permission.APPROVAL_DECIDE, codes.approvals),
    (Permission.CAMPAIGN_MANAGE, promotions.drafts),
    (Permission.CAMPAIGN_VIEW, promotions.running),
    (Permission.CAMPAIGN_VIEW, resources.short_goods),
    (Permission.QUESTION_ANSWER, questions.questions),
    (Permission.STORE_TASK_ANSWER, stores.photos),
    (Permission.ACTIVATION_MANAGE, life.appeals),
    (Permission.MEMBER_RIGHTS, rights.requests),
    (Permission.BRAND_MANAGE, rights.breaches),
    (Permission.SALE_MANAGE, sales.disputes),
    (Permission.BILLING_VIEW, billing.contract),
    (Permission.CODE_VIEW, life.doubtful),
    (Permission.AUDIT_VIEW, life.guessing),
    (Permission.CODE_EXPORT, codes.exports),
    (Permission.ORDER_VIEW, codes.orders),
    (Permission.ACTIVATION_VIEW, life.activations),
    (Permission.ACTIVATION_VIEW, life.channels),
    (Permission.PRODUCT_EDIT, codes.imports),
    (Permission.JOB_VIEW, codes.jobs),
    (Permission.PRODUCT_EDIT, codes.catalogue),
    (Permission.AUDIT_VIEW, life.audit),
)
_NOT_FOR: Mapping[Role, tuple[Part, ...]] = {
    **dict.fromkeys(PARTNER_ROLES, (life.doubtful, codes.jobs)),
    Role.ANALYST: (codes.jobs,),
    Role.APPROVER: (codes.jobs, life.channels),
    Role.BRAND_ADMIN: (codes.catalogue, life.audit, promotions.begin, stores.photos),
    Role.CAMPAIGN_MANAGER: (codes.jobs,),
    Role.PRODUCT_SPECIALIST: (life.channels,),
    Role.RETAILER: (life.doubtful, life.channels, codes.jobs),
    Role.SALES_MANAGER: (codes.jobs,),
    Role.SERVICE_AGENT: (codes.jobs, life.channels, promotions.running),
}


def today_for(actor: Actor, *, now: datetime) -> Today:
    """Gather what waits for this actor; parts that the role may not see say nothing."""
    home = Today(lead=_lead(actor), code=actor.may(Permission.CODE_VIEW))
    spared = _NOT_FOR.get(actor.role, ()) if actor.role else ()
    for needs, part in _PARTS:
        if actor.may(needs) and part not in spared:
            part(actor, now, home)
    return home


def _lead(actor: Actor) -> str:
    return {
        Role.APPROVER: _("Codes are issued when you, as the second person, have read and agreed."),
        Role.AUDITOR: _("You see everything masked and change nothing."),
        Role.SUPPLIER: _("The orders you print, and their files."),
        Role.REPAIR_POINT: _("Paste a code: its story says what it is and what is due."),
        Role.RETAILER: _("Paste a code to see whether a product is genuine and activated."),
        Role.DISTRIBUTOR: _("What was activated from your channels, and any code you hold."),
        Role.SERVICE_AGENT: _("Who waits for an answer, and any code a customer reads to you."),
    }.get(actor.role or Role.ANALYST, "")
