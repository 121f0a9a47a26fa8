"""The public rules of a group buy (拼团规则), written from its terms alone (law L06, L48).

The page and the terms cannot differ, and a second person signs both under one hash.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from hefu.core.group_buying import GroupTerms
from hefu.core.money import format_amount

LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What the rules page says beside the terms; ``alone`` is the article's own price now."""

    article: str
    organiser: str
    contact: str
    alone: int
    zone: tzinfo


def rules_text(terms: GroupTerms, about: About, *, language: str) -> str:
    """Write the rules page: its title, then paragraphs that begin with their heading.

    Raises:
        ValueError: a language without sentences.
    """
    place = LANGUAGES.index(language)
    values = _values(terms, about, chinese=place == 0)
    title = terms.title if place == 0 else terms.title_en or terms.title
    parts = [
        "\n".join([heading[place], *(sentence[place].format(**values) for sentence in sentences)])
        for heading, sentences in _RULES
    ]
    return "\n\n".join([title, *parts])


def _values(terms: GroupTerms, about: About, *, chinese: bool) -> dict[str, str | int]:
    return {
        "article": about.article,
        "organiser": about.organiser,
        "contact": about.contact,
        "price": _money(terms.price, terms.currency, chinese=chinese),
        "alone": _money(about.alone, terms.currency, chinese=chinese),
        "size": terms.size,
        "others": terms.size - 1,
        "pieces": terms.pieces,
        "groups": terms.pieces // terms.size,
        "lasts": _span(terms.lasts_minutes, chinese=chinese),
        "pay": _span(terms.pay_minutes, chinese=chinese),
        "per_person": terms.per_person,
        "starts": _at(terms.starts_at, about.zone),
        "ends": _at(terms.ends_at, about.zone),
    }


def _money(amount: int, currency: str, *, chinese: bool) -> str:
    text = format_amount(amount, currency)
    return f"{text}元" if chinese and currency == "CNY" else f"{text} {currency}"


def _span(minutes: int, *, chinese: bool) -> str:
    """Hours and minutes, as few words as say it."""
    hours, rest = divmod(minutes, 60)
    words = (("小时", "分钟") if chinese else (" hours", " minutes")) if hours != 1 else (
        ("小时", "分钟") if chinese else (" hour", " minutes")
    )  # fmt: skip
    parts = [f"{hours}{words[0]}"] if hours else []
    if rest or not parts:
        parts.append(f"{rest}{words[1]}")
    return "".join(parts) if chinese else " ".join(parts)


def _at(instant: datetime, zone: tzinfo) -> str:
    local = instant.astimezone(zone)
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M} (UTC{offset[:3]}:{offset[3:]})"


_Pair = tuple[str, str]
_RULES: tuple[tuple[_Pair, tuple[_Pair, ...]], ...] = (
    (
        ("商品与价格", "What, and at what price"),
        (
            (
                "{article}，{size}人成团，每人1件，每件{price}，免运费。",
                (
                    "{article}: {price} for each of {size} people who buy one piece each. "
                    "Shipping is free."
                ),
            ),
            (
                "单独购买价（本规则审批时的商城售价）：{alone}。",
                "Bought alone it costs {alone} (the mall's price when these rules were approved).",
            ),
            (
                "共{pieces}件，最多可成{groups}个团，开团时即为全团预留商品。",
                (
                    "There are {pieces} pieces, enough for {groups} groups; a group that opens has "
                    "its pieces set aside."
                ),
            ),
            (
                "拼团价不与其他优惠、优惠券同享；商城支持时可用C币抵扣。",
                (
                    "No other offer and no coupon acts on this price; C-coins pay where the mall "
                    "takes them."
                ),
            ),
        ),
    ),
    (
        ("时间", "When"),
        (
            ("开团时间：{starts} 至 {ends}。", "Groups are opened from {starts} until {ends}."),
            (
                "每个团自开团人付款起{lasts}内有效；结束时间前开的团仍享有完整时限。",
                (
                    "A group has {lasts} from the moment its first member has paid; one opened "
                    "before the end keeps its whole time."
                ),
            ),
        ),
    ),
    (
        ("如何参加", "How it goes"),
        (
            (
                "会员下单并付款即开团，把团页面链接发给他人；他人登录后下单并付款即参团。",
                (
                    "A member orders and pays: the group is open. Others join by its link: they "
                    "sign in, order and pay."
                ),
            ),
            (
                "下单后名额保留{pay}（不超过该团截止时间），未付款即释放。",
                (
                    "A place is kept for {pay} after ordering, never longer than the group's time; "
                    "unpaid, it is free again."
                ),
            ),
            (
                "每人在同一个团内限1个名额，同时最多参加{per_person}个团（含已成团）。",
                (
                    "One person has one place in a group, and at most {per_person} in all groups "
                    "together, those formed included."
                ),
            ),
            (
                "以付款先后为准，第{size}位付款成功时成团，之后开始发货。",
                (
                    "Payments count in the order they arrive: with the one of the last of {size} "
                    "people the group is formed, and the goods are sent."
                ),
            ),
        ),
    ),
    (
        ("未成团退款", "If the group is not formed"),
        (
            (
                (
                    "到时未满{size}人付款，全部订单自动取消，实付款、C币按原支付方式全额退回，无需申请；"
                    "退款在7日内完成。"
                ),
                (
                    "With fewer than {size} paid when its time is over, all its orders are "
                    "cancelled and everything paid, money and C-coins, goes back by the same means "
                    "without anybody asking, within 7 days."
                ),
            ),
            (
                "截止后到账的付款同样全额退回。",
                "A payment that arrives after the time goes back whole as well.",
            ),
        ),
    ),
    (
        ("退货与变更", "Returns and changes"),
        (
            (
                "成团前可联系我们退出，实付全额退回；成团发货后按法律规定享有退货权利。",
                (
                    "Before the group is formed you may leave it by telling us, and get everything "
                    "back; once the goods are sent, you may return them as the law says."
                ),
            ),
            (
                "活动开始后规则只会朝有利于消费者的方向变更；提前停止时，已开的团照常有效。",
                (
                    "After the start these rules change only in your favour. If the offer is "
                    "stopped early, groups that are open go on as they are."
                ),
            ),
        ),
    ),
    (
        ("主办方", "Organiser"),
        (("{organiser}，联系方式：{contact}", "{organiser}, contact: {contact}"),),
    ),
)
