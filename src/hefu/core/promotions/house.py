"""The house's default for stacking (默认叠加规则): what applies unless an author says more.

One line promotion per line, one order promotion and one coupon, each the best for the
customer. Coupons act in a lane of their own, after the order promotions.
"""

from hefu.core.promotions.promotion import Group, Policy, Reach

#: The lane of the order phase in which coupons act.
COUPON_LANE = 1

LINE_GROUP = Group(id="one-per-line", policy=Policy.AT_MOST, reach=Reach.LINE)
ORDER_GROUP = Group(id="one-per-order", policy=Policy.AT_MOST)
COUPON_GROUP = Group(id="one-coupon", policy=Policy.AT_MOST)

HOUSE_GROUPS = (LINE_GROUP, ORDER_GROUP, COUPON_GROUP)
