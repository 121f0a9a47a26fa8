"""Rules for ordinary links in QR codes (普通链接二维码规则): which links open a mini program.

A mini program names rules; WeChat opens it for a scanned link that a published rule fits. Source:
developers.weixin.qq.com/miniprogram/introduction/qrcode (read 2026-11): protocol and host must be
the rule's; a path fits if it is the rule's, or lies below it where the rule ends with "/"; of a
rule with parameters, the link's must begin with the rule's. The proof of ownership is a text file
in the last directory that the rule names.
"""

import re
from urllib.parse import urlsplit

from hefu.core.errors import Invalid

_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}\.txt")
_CONTENT = re.compile(r"[A-Za-z0-9_.=+/-]{1,200}")
_SCHEMES = ("http", "https", "ftp")


def fits(rule: str, link: str) -> bool:
    """Whether a scanned ``link`` opens the mini program that published ``rule``."""
    wanted, given = urlsplit(rule), urlsplit(link)
    if wanted.scheme not in _SCHEMES or wanted.scheme != given.scheme:
        return False
    if wanted.netloc.lower() != given.netloc.lower():
        return False
    if wanted.query:
        return wanted.path == given.path and given.query.startswith(wanted.query)
    if wanted.path.endswith("/") and given.path.startswith(wanted.path):
        return True
    return (wanted.path or "/") == (given.path or "/")


def read_proof(name: str, content: bytes) -> tuple[str, str]:
    """Check a file of ownership as WeChat hands it out; returns its name and its one line.

    Raises:
        Invalid: ``file``: not a ``.txt`` of plain letters and digits, or not one short line.
    """
    if not _NAME.fullmatch(name):
        raise Invalid(field="file", rule="not_a_proof_name", value=name[:64])
    try:
        text = content.decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise Invalid(field="file", rule="not_a_proof") from error
    if not _CONTENT.fullmatch(text):
        raise Invalid(field="file", rule="not_a_proof")
    return name, text
