"""Where somebody came from (来源): a signed note in the browser, and its copy in the session.

The note says which placement and when, nothing about the person. It is our own cookie, which no
script reads, and it is gone after as long as an order may be put down to it. What goes into a cart
takes a copy into the session along, so that signing in or losing the cookie loses nothing.
"""

from datetime import UTC, datetime

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpResponse

from hefu.core.reach import ATTRIBUTED_FOR, Touch, last_touch
from hefu.surfaces.consumer.site import Visit

_SALT = "hefu.reach"
_SESSION = "touches"  # session: brand id (as text) -> a note


def note(visit: Visit, answer: HttpResponse, touch: Touch) -> None:
    """Leave the note with an answer; the last one stands."""
    answer.set_cookie(
        _cookie(visit), _written(touch), max_age=ATTRIBUTED_FOR, httponly=True, samesite="Lax",
        secure=settings.HTTPS,
    )  # fmt: skip


def touch_of(visit: Visit) -> Touch | None:
    """Return where the visitor came from last, of what still counts."""
    carried = visit.request.session.get(_SESSION, {}).get(str(visit.own_brand().pk), "")
    return last_touch((seen(visit), _read(carried)), visit.now)


def seen(visit: Visit) -> Touch | None:
    """Return what the note in the browser says; None for none, or one that we did not write."""
    return _read(visit.request.COOKIES.get(_cookie(visit), ""))


def carry(visit: Visit) -> None:
    """Take a copy of the note into the session."""
    touch = touch_of(visit)
    if touch is None:
        return
    carried = visit.request.session.get(_SESSION, {})
    brand, text = str(visit.own_brand().pk), _written(touch)
    if carried.get(brand) != text:
        visit.request.session[_SESSION] = {**carried, brand: text}


def _cookie(visit: Visit) -> str:
    """One name per brand: a host may serve several."""
    return f"from_{visit.own_brand().pk}"


def _written(touch: Touch) -> str:
    return Signer(salt=_SALT).sign(f"{touch.placement_id}.{int(touch.at.timestamp())}")


def _read(text: str) -> Touch | None:
    try:
        placement, _dot, at = Signer(salt=_SALT).unsign(text).partition(".")
    except BadSignature:
        return None
    return Touch(placement_id=int(placement), at=datetime.fromtimestamp(int(at), tz=UTC))
