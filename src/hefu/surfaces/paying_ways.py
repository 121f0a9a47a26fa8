"""What ways of paying are called (支付方式): one list for buyers, tills and the desk."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WAYS: Mapping[str, Promise] = {
    "wechat": _("WeChat Pay"),
    "alipay": _("Alipay"),
    "card": _("bank card"),
    "instalment": _("instalments by bank card"),
}


def way_words(way: str) -> str:
    """Name a way of paying; one we have no word for by its code."""
    return str(WAYS.get(way, way))
