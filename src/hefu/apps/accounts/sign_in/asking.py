"""What a provider publishes about itself: its endpoints and its keys, kept for an hour.

Keys change: a token signed with a key that we do not know has the keys fetched anew, at most every
half minute, so that nobody can have us ask the provider all day.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hefu.apps.accounts.sign_in.errors import SignInRefused
from hefu.core.errors import DomainError
from hefu.outward import read_address, send

KEPT = timedelta(hours=1)
SOONEST = timedelta(seconds=30)
MOST = 1_000_000  # bytes of an answer
_JSON = {"Accept": "application/json"}


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What we need of a provider's discovery document."""

    issuer: str
    authorization: str
    token: str
    jwks: str
    userinfo: str
    end_session: str
    basic: bool  # the client's secret goes into the header, not into the form


@dataclass(frozen=True, kw_only=True)
class _Kept:
    at: datetime
    value: Any


_lock = threading.Lock()
_kept: dict[str, _Kept] = {}


def forget_all() -> None:
    """Ask every provider anew."""
    with _lock:
        _kept.clear()


def discover(issuer: str, *, now: datetime) -> Metadata:
    """The provider's own description.

    Raises:
        SignInRefused: ``provider_silent``, or ``issuer`` when it describes somebody else.
    """
    address = issuer.rstrip("/") + "/.well-known/openid-configuration"
    known = _recall(address, now, KEPT)
    if known is None:
        known = _metadata(issuer, fetch(address))
        _keep(address, known, now)
    return known  # type: ignore[no-any-return]  # what is kept under an address of this form


def _metadata(issuer: str, told: Mapping[str, Any]) -> Metadata:
    if told.get("issuer") != issuer:
        raise SignInRefused(reason="issuer")
    names = {
        "authorization": "authorization_endpoint", "token": "token_endpoint", "jwks": "jwks_uri",
        "userinfo": "userinfo_endpoint", "end_session": "end_session_endpoint",
    }  # fmt: skip
    ends = {ours: told.get(theirs) or "" for ours, theirs in names.items()}
    for name, address in ends.items():
        if address or name in ("authorization", "token", "jwks"):
            _check(address)
    ways = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Metadata(issuer=issuer, basic="client_secret_basic" in ways, **ends)


def _check(address: Any) -> None:
    try:
        read_address(str(address), field="issuer", secure=not settings.HEFU_INTRANET)
    except DomainError as error:
        raise SignInRefused(reason="provider_silent") from error


def keys_of(metadata: Metadata, *, now: datetime, anew: bool = False) -> KeySet:
    """The keys that the provider signs with; ``anew`` when one was not among them.

    Raises:
        SignInRefused: ``provider_silent``.
    """
    known = _recall(metadata.jwks, now, SOONEST if anew else KEPT)
    if known is None:
        try:
            known = KeySet.import_key_set(fetch(metadata.jwks))  # type: ignore[arg-type]  # its own
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise SignInRefused(reason="provider_silent") from error
        _keep(metadata.jwks, known, now)
    return known  # type: ignore[no-any-return]  # what is kept under this address


def _recall(address: str, now: datetime, most: timedelta) -> Any:
    with _lock:
        found = _kept.get(address)
    return found.value if found and now - found.at < most else None


def _keep(address: str, value: Any, now: datetime) -> None:
    with _lock:
        if len(_kept) > 500:
            _kept.clear()
        _kept[address] = _Kept(at=now, value=value)


def fetch(address: str, *, form: bytes = b"", headers: Mapping[str, str] = _JSON) -> dict[str, Any]:
    """Get, or post a form, and read the JSON object that comes back.

    Raises:
        SignInRefused: ``provider_silent``; or ``provider_refused`` when it answers with an error.
    """
    try:
        answer = send(
            "POST" if form else "GET", address, body=form, headers=headers, most=MOST,
            private=settings.HEFU_INTRANET,
        )  # fmt: skip
        told = json.loads(answer.body)
    except (DomainError, ValueError) as error:
        raise SignInRefused(reason="provider_silent", host=urlsplit(address).hostname) from error
    if not isinstance(told, dict):
        raise SignInRefused(reason="provider_silent")
    if not answer.good:
        raise SignInRefused(reason="provider_refused" if form else "provider_silent")
    return told
