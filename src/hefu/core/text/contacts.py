"""Hiding contacts (隐去联系方式) that people write into a text that others read (law L36)."""

import re

#: Seven and more digits, as phones are written: with spaces, hyphens or brackets between them.
_DAY = r"(?![0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9]))"
_NUMBER = re.compile(rf"(?<![0-9A-Za-z-]){_DAY}\+?[0-9](?:[ ()\-]?[0-9]){{6,19}}(?![0-9A-Za-z])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PLACE = re.compile(
    r"((?:微信|wechat|weixin|vx|qq)(?:号|id)?[ :：]*)([A-Za-z0-9][\w-]{4,19})", re.IGNORECASE
)
HIDDEN = "***"


def hide_contacts(text: str) -> str:
    """Return ``text`` with phones, e-mail addresses and chat names replaced by stars.

    Model numbers, days and quantities stay: only runs of at least seven digits that touch no
    letter, or a name that is announced as one of a chat, are taken for a contact.
    """
    text = _MAIL.sub(HIDDEN, text)
    text = _PLACE.sub(rf"\1{HIDDEN}", text)
    return _NUMBER.sub(HIDDEN, text)
