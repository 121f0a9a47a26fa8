"""The sentences of a public rule page, in Chinese and English (活动规则文案).

A sentence is a key with values; every value of a promotion that a buyer could feel has one, so
that page and engine cannot drift apart.
"""

from collections.abc import Mapping

LANGUAGES = ("zh-hans", "en")

HEADINGS: Mapping[str, tuple[str, str]] = {
    "what": ("优惠内容", "What you get"),
    "who": ("参与对象", "Who takes part"),
    "when": ("活动时间", "When"),
    "goods": ("适用商品", "Which goods"),
    "how": ("参与条件", "Conditions"),
    "limits": ("数量与限额", "Limits"),
    "combining": ("与其他优惠同享", "Together with other offers"),
    "counting": ("计算方式", "How it is computed"),
    "returns": ("退货时", "When goods come back"),
    "organiser": ("主办方", "Organiser"),
}

#: key -> (Chinese, English); values in braces are texts already.
SENTENCES: Mapping[str, tuple[str, str]] = {
    # what
    "line.bp": ("每件{off}。", "{off} each piece."),
    "line.amount": ("每件减{amount}。", "{amount} off each piece."),
    "line.price": ("每件{amount}。", "{amount} each piece."),
    "line.max_units": (
        "每种商品最多{n}件享受，价高者优先。",
        "At most {n} pieces of each article, the dearest first.",
    ),
    "order.bp": ("参与商品合计{off}。", "{off} the goods together."),
    "order.amount": ("参与商品合计减{amount}。", "{amount} off the goods together."),
    "order.every": (
        "参与商品每满{every}减{amount}。",
        "{amount} off for every {every} of the goods.",
    ),
    "order.total": ("参与商品合计只需{amount}。", "The goods together cost {amount}."),
    "order.max_times": ("最多计{n}次。", "At most {n} times."),
    "order.max_amount": ("最多优惠{amount}。", "At most {amount} off."),
    "order.max_units": (
        "最多{n}件享受，{order}。",
        "At most {n} pieces get it, {order}.",
    ),
    "tier.bp": ("满{reach}{off}。", "From {reach}: {off}."),
    "tier.amount": ("满{reach}减{amount}。", "From {reach}: {amount} off."),
    "tiers": (
        "只按达到的最高一档计算，各档不累加；按参与商品的全部金额计算。",
        "Only the highest step reached counts, on the whole amount of the goods.",
    ),
    "bundle.part": ("{goods}{n}件。", "{n} of: {goods}."),
    "bundle.price": ("以上成套{amount}。", "Such a set costs {amount}."),
    "bundle.amount": ("以上每套减{amount}。", "{amount} off such a set."),
    "bundle.bp": ("以上每套{off}。", "{off} such a set."),
    "sets.max": ("最多{n}套。", "At most {n} sets."),
    "buy_get.buy": ("购买{goods}满{n}件，{order}，", "Buy {n} of: {goods} ({order});"),
    "buy_get.bp": ("{goods}中{n}件{off}，{order}。", "{n} of: {goods}: {off} ({order})."),
    "buy_get.amount": (
        "{goods}中{n}件每件减{amount}，{order}。",
        "{n} of: {goods}: {amount} off each ({order}).",
    ),
    "sets.price": ("任选{n}件{amount}，{order}。", "Any {n} for {amount}, {order}."),
    "sets.amount": ("任选{n}件减{amount}，{order}。", "Any {n}: {amount} off, {order}."),
    "sets.bp": ("任选{n}件{off}，{order}。", "Any {n}: {off}, {order}."),
    "sets.unit_price": (
        "任选满{n}件，每件{amount}，{order}。",
        "Any {n}: {amount} each, {order}.",
    ),
    "sets.unit_amount": (
        "任选满{n}件，每件减{amount}，{order}。",
        "Any {n}: {amount} off each, {order}.",
    ),
    "nth.piece": (
        "每{size}件为一组（{order}），组内按{pick}数的第{n}件{off}。",
        "In every {size} pieces ({order}) piece {n}, counted {pick}: {off}.",
    ),
    "nth.all": (
        "每{size}件为一组（{order}），各件{off}。",
        "Every {size} pieces ({order}): {off}.",
    ),
    "nth.across": (
        "各组商品合并排序后取优惠件。",
        "The pieces of all sets are sorted together.",
    ),
    "nth.max": ("最多{n}件享受。", "At most {n} pieces get it."),
    "cheapest": ("{order}的{n}件{off}，每单一次。", "{n} pieces ({order}): {off}, once an order."),
    "gift": (
        "赠送{name}{n}件，每件价值{amount}。",
        "{n} x {name} free of charge, worth {amount} each.",
    ),
    "gift.per": ("每购满{n}件赠送一份。", "For every {n} pieces."),
    "gift.once": ("每单一份。", "Once an order."),
    "gift.max": ("每单最多{n}件。", "At most {n} an order."),
    "gift.substitutes": (
        "赠品不足时，下单前依次以{names}代替并说明。",
        "If it is out of stock, {names} instead, in this order, shown before you pay.",
    ),
    "shipping.bp": ("运费{off}。", "{off} shipping."),
    "shipping.free": ("免运费。", "Free shipping."),
    "shipping.amount": ("运费减{amount}。", "{amount} off shipping."),
    "shipping.price": ("运费{amount}。", "Shipping costs {amount}."),
    "points.times": ("所付金额获{n}倍积分。", "{n} times the points on what you pay."),
    "points.plus": ("另加{n}积分。", "{n} points more."),
    "not_discounted": ("已降价商品不参加。", "Not for goods that are reduced already."),
    "min_unit": ("限单价不低于{amount}的商品。", "Goods of at least {amount} each."),
    "max_unit": ("限单价不高于{amount}的商品。", "Goods of at most {amount} each."),
    "compared_with": ("比较价格：{text}。", "Compared with: {text}."),
    # who
    "audience": ("{text}", "{text}"),
    "fact": ("限{fact}：{values}。", "Only {fact}: {values}."),
    "fact.not": ("不含{fact}：{values}。", "Not {fact}: {values}."),
    "region": ("限收货地区：{values}。", "Delivered to: {values}."),
    "region.not": ("不含收货地区：{values}。", "Not delivered to: {values}."),
    "verified": (
        "限已认证且认证有效的人群：{group}。",
        "Only for the verified group {group}, while the proof holds.",
    ),
    "birthday": (
        "限生日前{before}天至后{after}天。",
        "From {before} days before until {after} days after your birthday.",
    ),
    "nth_order": (
        "限第{n}笔订单（已取消的不计）。",
        "Only your order no. {n} (cancelled not counted).",
    ),
    "nth_order.later": (
        "限第{n}笔及以后的订单（已取消的不计）。",
        "From your order no. {n} on (cancelled not counted).",
    ),
    "hold_out": (
        "为评估活动效果，由公开算法固定选出的{share}顾客不参加（对照编号{salt}）。",
        (
            "To measure the campaign, {share} of the customers, chosen once by a fixed "
            "computation, do not take part (control no. {salt})."
        ),
    ),
    "any_of": ("满足以下任一项即可：{texts}", "Any one of these is enough: {texts}"),
    "code": ("须输入优惠码。", "An offer code must be entered."),
    "coupon": ("须使用发放的优惠券，一券一用。", "With an issued coupon, each good once."),
    # when
    "from": ("自{instant}起", "From {instant}"),
    "from.now": ("自公布起", "From publication"),
    "until": ("至{instant}止。", "until {instant}."),
    "until.open": ("，结束时间另行提前公布。", "; the end is announced beforehand."),
    # goods and conditions
    "goods": ("{goods}。", "{goods}."),
    "spend": ("{goods}满{amount}（{basis}）。", "{goods}: at least {amount} ({basis})."),
    "spend.most": ("{goods}不超过{amount}（{basis}）。", "{goods}: at most {amount} ({basis})."),
    "quantity": ("{goods}满{n}件。", "{goods}: at least {n} pieces."),
    "quantity.most": ("{goods}不超过{n}件。", "{goods}: at most {n} pieces."),
    "line_quantity": ("{goods}中同一种满{n}件。", "{goods}: at least {n} of one article."),
    "distinct": ("{goods}满{n}种。", "{goods}: at least {n} different articles."),
    # limits
    "max_uses": ("共{n}份，先到先得。", "{n} in all, first come, first served."),
    "each": ("每人限{n}次。", "{n} for each customer."),
    "budget": ("优惠总额{amount}，用完即止。", "Discounts of {amount} in all, until used up."),
    "budget.refuse": (
        "余额不足一单的优惠时，该单不享受。",
        "An order whose discount is more than what is left gets none.",
    ),
    "budget.rest": (
        "余额不足一单的优惠时，该单享受余额。",
        "An order whose discount is more than what is left gets what is left.",
    ),
    "no_limit": ("不限份数。", "No limit in number."),
    # combining
    "exclusive": ("不与同一阶段的其他优惠同享。", "Not together with other offers of this step."),
    "group.one_line": (
        "同一种商品只享一项单品优惠，自动取最优惠的一项。",
        "One offer for each article, the best for you.",
    ),
    "group.one_order": (
        "每单只享一项满额优惠，自动取最优惠的一项。",
        "One order offer, the best for you.",
    ),
    "group.one_coupon": (
        "每单只用一张券，自动取最优惠的一张。",
        "One coupon an order, the best for you.",
    ),
    "group.own": (
        "与「{name}」组内的优惠按该组规则择优或同享。",
        "With the offers of the group {name}, by its rule.",
    ),
    "accepts": ("只与带有以下标记的优惠同享：{tags}。", "Only together with offers marked {tags}."),
    "accepts.none": ("不与任何带标记规则之外的优惠同享。", "Together with no other marked offer."),
    "tags": ("本优惠标记：{tags}。", "This offer is marked {tags}."),
    "together": ("可与其他阶段的优惠同享。", "Together with offers of other steps."),
    # counting
    "phase": (
        "在「{phase}」阶段计算，第{lane}轮，优先级{priority}。",
        'Computed in the step "{phase}", round {lane}, priority {priority}.',
    ),
    "basis": ("按{basis}计算。", "Computed on {basis}."),
    "rounding": (
        "折扣四舍五入到最小货币单位，按金额比例分摊到每件商品；价格不低于商品最低价。",
        (
            "Discounts are rounded to the minor unit, half up, and shared by amount; no price "
            "falls below the lowest price of the goods."
        ),
    ),
    # when goods come back
    "keep": ("退货按该件实付金额退款。", "You get back what was paid for the piece."),
    "reprice": (
        "部分退货后，留下的商品按原规则重新计算，退还差额。",
        "What you keep is priced again by these rules; you get back the difference.",
    ),
    "literal": (
        "部分退货后，留下的商品按原已达到的档次重新计算，未达到的档次不再享受，退还差额。",
        (
            "What you keep is priced again, only with steps that had been reached; a lost step is "
            "lost. You get back the difference."
        ),
    ),
    "recheck_shipping": (
        "因退货不再满足免运费条件的，扣除运费。",
        "Shipping that is no longer free is deducted.",
    ),
    "keep_shipping": ("不追收已免的运费。", "Shipping once free stays free."),
    "refund_shipping": ("全部退货时退还运费。", "If all comes back, so does the shipping fee."),
    "no_shipping_back": ("运费不退。", "The shipping fee is not refunded."),
    "gift_back": (
        "退货时赠品一并退回；不退回的按上述价值扣除。",
        "Gifts come back too, or their value above is deducted.",
    ),
    # organiser
    "organiser": ("{name}，联系方式：{contact}。", "{name}, contact: {contact}."),
}

#: small words: key -> (Chinese, English)
WORDS: Mapping[str, tuple[str, str]] = {
    "off": ("打{fold}折（减{percent}）", "{percent} off"),
    "off.all": ("免费", "free"),
    "order.cheapest": ("价低者优先", "cheapest first"),
    "order.dearest": ("价高者优先", "dearest first"),
    "order.lines": ("按下单次序", "in the order of the cart"),
    "all": ("全部商品", "all goods"),
    "except": ("（不含：{names}）", " (not: {names})"),
    "category": ("{name}（含下级类目）", "{name} and all below"),
    "tag": ("带「{name}」标签的商品", "goods tagged {name}"),
    "pieces": ("{n}件", "{n} pieces"),
    "join": ("、", ", "),
    "basis.list": ("标价金额", "list prices"),
    "basis.shown": ("页面显示价格金额", "the prices shown"),
    "basis.phase_start": ("本阶段开始时的金额", "the amount when this step begins"),
    "basis.running": ("此前优惠后的金额", "the amount after earlier offers"),
    "phase.catalog": ("商品价格", "price of the goods"),
    "phase.line": ("单品", "articles"),
    "phase.unit": ("组合", "sets"),
    "phase.order": ("整单", "order"),
    "phase.shipping": ("运费", "shipping"),
    "phase.accrual": ("积分", "points"),
    "fact.channel": ("渠道", "channel"),
    "fact.member_level": ("会员等级", "member level"),
    "fact.membership": ("身份", "standing"),
    "fact.segment": ("人群", "group"),
    "fact.customer_kind": ("顾客", "customers"),
    "fact.shipping_method": ("配送方式", "way of delivery"),
    "fact.payment_means": ("支付方式", "means of payment"),
    "value.member": ("会员（免费注册）", "member (joining is free)"),
    "value.new": (
        "新客户（从未下单，未注册或注册不超过30天）",
        "new (no order, joined within 30 days)",
    ),
    "value.old": ("老客户（有未取消的订单）", "old (with an order not cancelled)"),
    "value.potential": ("潜在客户（注册超过30天未下单）", "potential (joined before, no order)"),
    "value.wechat": ("微信支付", "WeChat Pay"),
    "value.alipay": ("支付宝", "Alipay"),
    "value.card": ("银行卡", "bank card"),
    "value.instalment": ("银行卡分期", "instalments by bank card"),
    "midnight": ("{day} 24:00", "{day}, end of day"),
}
