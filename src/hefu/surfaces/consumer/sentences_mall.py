"""Refusals of the mall in plain words; ``%(name)s`` is taken from the refusal's details."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_USED_UP = _("An offer was used up in this moment. Look at the price once more, please.")
MALL: Mapping[str, Promise] = {
    "campaigns.budget_spent": _USED_UP,
    "campaigns.coupon_gone": _("This coupon was used elsewhere in this moment."),
    "campaigns.coupon_unusable": _("This coupon cannot be used here (any more)."),
    "campaigns.group_full": _(
        "All places are taken just now. One that is not paid in time comes back; try again soon."
    ),
    "campaigns.group_over": _("This group takes nobody any more. You can open one of your own."),
    "campaigns.limit_reached": _USED_UP,
    "campaigns.not_running": _USED_UP,
    "campaigns.offer_not_open": _("No group can be opened now: look at the times of this offer."),
    "campaigns.places_limit": _("You are in as many groups of this offer as one person may be."),
    "campaigns.sold_out": _("All are taken at this moment."),
    "ledger.insufficient_balance": _("You have %(available)s; that is not enough."),
    "orders.confirmation_missing": _(
        "Please confirm first what cannot be sent back without a reason."
    ),
    "orders.no_provider": _("This mall cannot take payments yet."),
    "orders.not_on_sale": _("This is not sold any more. Take it out of the cart to go on."),
    "orders.order_moved": _("This order has moved on in the meantime. Look at where it stands."),
    "orders.out_of_stock": _("Only %(left)s of “%(sku)s” are left. Change the number in the cart."),
}

#: By field and rule.
MALL_FIELDS: Mapping[tuple[str, str], Promise] = {
    ("code", "too_many"): _("More codes than that make no sense. Remove one first."),
    ("quantity", "not_a_number"): _("Please say how many, with digits."),
    ("quantity", "out_of_range"): _("At most 999 pieces of one article."),
    ("sku", "too_many"): _("The cart is full: at most 60 different articles."),
}
