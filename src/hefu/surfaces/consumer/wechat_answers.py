"""What a follower of a brand's WeChat account is answered: a link, or what may be wrong."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.selectors_public import with_page
from hefu.apps.catalog.smart import directory_of, link_of, model_of_digits
from hefu.core.codes import UnreadableCode, normalise
from hefu.core.codes.carrier import is_link, read_link
from hefu.core.codes.errors import BadNumber
from hefu.core.codes.short_codes import grouped, read_digits

LONGEST = 200  # characters of what is typed or scanned
#: Characters of a code: ours have 16, and one to check; makers' own ones may have fewer or more.
FEWEST, MOST = 13, 40
_SCANS = frozenset({"scancode_push", "scancode_waitmsg"})
_SCENES = frozenset({"subscribe", "SCAN"})


def answer_to(brand: Brand, fields: Mapping[str, str], *, now: datetime) -> str:
    """What to answer; nothing where nobody asked for a code or a page."""
    text = _asked(fields).strip()
    if not text or len(text) > LONGEST:
        return ""
    digits = _digits(brand, text)
    if digits:
        return _model(brand, digits, now=now)
    code = _code(text)
    if not code:
        return ""
    return _("Tap to see what our records say:") + "\n" + _check_link(brand, code)


def _asked(fields: Mapping[str, str]) -> str:
    """What was typed, scanned, or stands behind the account's own symbol."""
    if fields.get("MsgType") == "text":
        return fields.get("Content", "")
    event = fields.get("Event", "")
    if event in _SCANS:
        return fields.get("ScanResult", "")
    if event in _SCENES:
        return fields.get("EventKey", "").removeprefix("qrscene_")
    return ""


def _digits(brand: Brand, text: str) -> str:
    """The digits of a model that a text or a link of the brand's directory holds, or none."""
    if text.lower().startswith(("http://", "https://")):
        head = urlsplit(directory_of(brand)).path
        path = urlsplit(text).path
        text = path.removeprefix(head) if path.startswith(head) else path.removeprefix("/m/")
        text = text.strip("/")
    try:
        return read_digits(text)
    except BadNumber:
        return ""


def _model(brand: Brand, digits: str, *, now: datetime) -> str:
    found = model_of_digits(digits, brand_id=brand.pk)
    model = found.product
    if model is not None and with_page([model.pk], now=now):
        return f"{model.name}\n{link_of(model)}"
    if found.known:
        return _("We know %(digits)s: mind the zeros in front.") % {"digits": grouped(found.known)}
    return _("We know no model with these digits. Compare them with the manual, zeros too.")


def _code(text: str) -> str:
    """The code of a unit as a path can hold it, if this may be one; nobody is asked whether."""
    try:
        code = normalise(read_link(text).serial if is_link(text) else text)
    except (UnreadableCode, BadNumber):
        return ""
    plain = code.isascii() and code.isalnum() and any(sign.isdigit() for sign in code)
    return code if plain and FEWEST <= len(code) <= MOST else ""


def _check_link(brand: Brand, code: str) -> str:
    where = urlsplit(directory_of(brand))
    return f"{where.scheme}://{where.netloc}{reverse('consumer:code', args=[code])}"
