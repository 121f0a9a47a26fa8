"""What each role may do, as one table that a person can read aloud.

A permission is ``area:thing:deed``. Views and services ask for a permission, never for a role,
so that a new role is a new line here and nothing else.
"""

from enum import StrEnum


class Role(StrEnum):
    """The hats (角色) people wear; a person wears one per log-in."""

    ANALYST = "analyst"
    APPROVER = "approver"
    AUDITOR = "auditor"
    BRAND_ADMIN = "brand_admin"
    CAMPAIGN_MANAGER = "campaign_manager"
    DISTRIBUTOR = "distributor"
    PRODUCT_SPECIALIST = "product_specialist"
    REPAIR_POINT = "repair_point"
    RETAILER = "retailer"
    SALES_MANAGER = "sales_manager"
    SERVICE_AGENT = "service_agent"
    SUPPLIER = "supplier"


PARTNER_ROLES = frozenset({Role.DISTRIBUTOR, Role.RETAILER, Role.SUPPLIER, Role.REPAIR_POINT})


class Permission(StrEnum):
    """The vocabulary of deeds, alphabetical."""

    ACTIVATION_MANAGE = "identity:activation:manage"  # appeals, transfers, returns
    ACTIVATION_VIEW = "identity:activation:view"
    API_KEY_MANAGE = "accounts:api_key:manage"
    APPROVAL_DECIDE = "accounts:approval:decide"
    AUDIT_VIEW = "audit:entry:view"
    BILLING_VIEW = "billing:invoice:view"  # contract, use, invoices; the operator makes them
    BRAND_MANAGE = "accounts:brand:manage"
    BUDGET_MANAGE = "ledger:budget:manage"
    CAMPAIGN_MANAGE = "campaigns:campaign:manage"
    CAMPAIGN_VIEW = "campaigns:campaign:view"
    CHANNEL_MANAGE = "network:channel:manage"
    CHANNEL_VIEW = "network:channel:view"
    CODE_EXPORT = "identity:code:export"
    CODE_VIEW = "identity:code:view"
    COUPON_REDEEM = "campaigns:coupon:redeem"  # at a counter
    FUND_VIEW = "ledger:fund:view"  # co-op funds; partners their own statement
    INTEGRATION_MANAGE = "notices:integration:manage"  # webhooks, WeChat account
    JOB_VIEW = "audit:job:view"
    LEDGER_VIEW = "ledger:entry:view"
    MEMBER_RIGHTS = "members:rights:manage"  # requests about personal data
    MEMBER_UNMASK = "members:member:unmask"
    MEMBER_VIEW = "members:member:view"
    MEMBER_VOUCH = "members:member:vouch"  # say that an address was proved elsewhere
    ORDER_MANAGE = "identity:order:manage"
    ORDER_VIEW = "identity:order:view"
    PEOPLE_MANAGE = "accounts:people:manage"
    PRODUCT_EDIT = "catalog:product:edit"
    PRODUCT_VIEW = "catalog:product:view"
    QUESTION_ANSWER = "community:question:answer"  # answer, show, hide, merge
    QUESTION_VIEW = "community:question:view"
    SALE_MANAGE = "orders:sale:manage"  # the mall: articles, stock, orders, returns
    SALE_VIEW = "orders:sale:view"
    STORE_TASK_ANSWER = "campaigns:store_task:answer"  # a shop's own photos
    SURVEY_MANAGE = "service:survey:manage"
    SURVEY_VIEW = "service:survey:view"
    UNIT_MANAGE = "identity:unit:manage"  # void, freeze, recall, link, pack


P = Permission
_VIEW_ALL = frozenset(
    {
        P.ACTIVATION_VIEW, P.CAMPAIGN_VIEW, P.CHANNEL_VIEW, P.CODE_VIEW, P.FUND_VIEW, P.JOB_VIEW,
        P.LEDGER_VIEW, P.MEMBER_VIEW, P.ORDER_VIEW, P.PRODUCT_VIEW, P.QUESTION_VIEW, P.SALE_VIEW,
        P.SURVEY_VIEW,
    }
)  # fmt: skip

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.BRAND_ADMIN: frozenset(Permission),
    Role.PRODUCT_SPECIALIST: frozenset(
        {
            P.PRODUCT_EDIT, P.PRODUCT_VIEW, P.ORDER_MANAGE, P.ORDER_VIEW, P.CODE_EXPORT,
            P.CODE_VIEW, P.CHANNEL_VIEW, P.JOB_VIEW, P.UNIT_MANAGE, P.ACTIVATION_VIEW,
            P.QUESTION_ANSWER, P.QUESTION_VIEW,
        }
    ),
    Role.APPROVER: _VIEW_ALL | {P.APPROVAL_DECIDE},
    Role.CAMPAIGN_MANAGER: _VIEW_ALL | {
        P.BUDGET_MANAGE, P.CAMPAIGN_MANAGE, P.COUPON_REDEEM, P.SURVEY_MANAGE,
    },
    Role.SERVICE_AGENT: frozenset(
        {
            P.ACTIVATION_MANAGE, P.ACTIVATION_VIEW, P.CAMPAIGN_VIEW, P.CODE_VIEW, P.LEDGER_VIEW,
            P.MEMBER_RIGHTS, P.MEMBER_VIEW, P.MEMBER_UNMASK, P.PRODUCT_VIEW, P.JOB_VIEW,
            P.QUESTION_ANSWER, P.QUESTION_VIEW, P.SALE_MANAGE, P.SALE_VIEW,
            P.SURVEY_VIEW,
        }
    ),
    Role.SALES_MANAGER: _VIEW_ALL | {P.CHANNEL_MANAGE, P.BUDGET_MANAGE, P.SALE_MANAGE},
    Role.ANALYST: _VIEW_ALL,
    Role.AUDITOR: _VIEW_ALL | {P.AUDIT_VIEW, P.BILLING_VIEW},
    Role.DISTRIBUTOR: frozenset(
        {P.ACTIVATION_VIEW, P.CODE_VIEW, P.FUND_VIEW, P.PRODUCT_VIEW, P.JOB_VIEW}
    ),
    Role.RETAILER: frozenset(
        {
            P.ACTIVATION_VIEW, P.CODE_VIEW, P.COUPON_REDEEM, P.FUND_VIEW, P.JOB_VIEW,
            P.PRODUCT_VIEW,
            P.STORE_TASK_ANSWER,
        }
    ),
    Role.SUPPLIER: frozenset(
        {P.CODE_VIEW, P.FUND_VIEW, P.PRODUCT_VIEW, P.ORDER_VIEW, P.CODE_EXPORT, P.JOB_VIEW}
    ),
    Role.REPAIR_POINT: frozenset({P.CODE_VIEW, P.FUND_VIEW, P.PRODUCT_VIEW, P.JOB_VIEW}),
}  # fmt: skip
