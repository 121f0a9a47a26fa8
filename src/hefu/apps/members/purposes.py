"""What a brand may ask leave for (同意事项), and the wording it begins with.

Each purpose is asked by itself, unticked, and may be refused without any loss (PIPL §14-17, §23,
§25; law L34-L36). ``{brand}`` is replaced when the texts are published; what is published is kept
word for word.
"""

from enum import StrEnum


class Purpose(StrEnum):
    """The purposes; a later one is a new line here and a published text."""

    MARKETING = "marketing"
    PLACE = "place"
    PUBLISH = "publish"
    SERVICE = "service"
    SHARE = "share"


TEXTS: dict[Purpose, dict[str, str]] = {
    Purpose.SERVICE: {
        "zh-hans": "{brand}可就我激活的产品联系我：保修到期、配件与使用提醒。可随时撤回。",
        "en": "{brand} may contact me about products I activated: end of warranty, parts, "
        "tips for use. I can withdraw this at any time.",
    },
    Purpose.MARKETING: {
        "zh-hans": "{brand}可向我发送新品与优惠信息。可随时退订。",
        "en": "{brand} may send me news and offers. I can unsubscribe at any time.",
    },
    Purpose.PLACE: {
        "zh-hans": "本次激活记录我的大致位置（约 11 公里范围，不保存精确坐标），用于核对销售区域。",
        "en": "Record my rough position with this activation (within about 11 km; exact "
        "coordinates are not kept), to check where products are sold.",
    },
    Purpose.SHARE: {
        "zh-hans": "{brand}可将我的联系方式提供给负责安装或维修本产品的服务网点，仅用于该次服务。",
        "en": "{brand} may give my contact to the service point that installs or repairs this "
        "product, for that service only.",
    },
    Purpose.PUBLISH: {
        "zh-hans": "如我中奖，{brand}可在公示名单中完整显示我的昵称；不同意则只显示首字。",
        "en": "If I win a prize, {brand} may show my full nickname in the list of winners; "
        "otherwise only its first character is shown.",
    },
}
