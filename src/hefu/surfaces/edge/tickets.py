"""Tickets (入场凭证) to a flash sale: what the page hands to a signed-in member for the door.

A ticket names the sale and the member and is sealed together with the session it was made for, so
the door knows who asks without a look into any table: nobody else can make one (it stands for the
form's token against forged requests), and it is worth nothing without that session's cookie.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings

#: Seconds a ticket is good: a page opened in the morning works in the evening.
GOOD_FOR = 12 * 3600
_MAC_CHARS = 22  # 132 bits


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """Who may ask for what; ``until`` in seconds since 1970."""

    sale_id: int
    brand_id: int
    member_id: int
    until: int


def written(ticket: Ticket, *, session_key: str) -> str:
    """Return the ticket as the address carries it."""
    text = f"{ticket.sale_id}.{ticket.brand_id}.{ticket.member_id}.{ticket.until}"
    return f"{text}.{_seal(text, session_key)}"


def read(text: str, *, session_key: str, at: float) -> Ticket | None:
    """Read a ticket; None if it is forged, of another session, or too old."""
    body, _, seal = text.rpartition(".")
    if not session_key or not hmac.compare_digest(seal.encode(), _seal(body, session_key).encode()):
        return None
    sale_id, brand_id, member_id, until = (int(part) for part in body.split("."))
    if until <= at:
        return None
    return Ticket(sale_id=sale_id, brand_id=brand_id, member_id=member_id, until=until)


def _seal(text: str, session_key: str) -> str:
    key = sha256(f"hefu.flash.ticket:{settings.SECRET_KEY}".encode()).digest()
    sealed = hmac.digest(key, f"{text}|{session_key}".encode(), "sha256")
    return urlsafe_b64encode(sealed).decode()[:_MAC_CHARS]
