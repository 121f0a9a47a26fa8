"""The code flow (授权码流程) of OpenID Connect Core 1.0 with PKCE (RFC 7636, S256).

``begin`` sends somebody to the provider, ``finish`` reads what they bring back. The ID token is
believed when its signature is of a key that the issuer publishes, by an algorithm with two keys
(never ``none``, never a shared secret), and when issuer, audience, times and nonce are right.
"""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import (
    ExpiredTokenError,
    InvalidClaimError,
    InvalidKeyIdError,
    JoseError,
    MissingClaimError,
)

from hefu.apps.accounts.models_sign_in import SignInProvider
from hefu.apps.accounts.sign_in.asking import Metadata, discover, fetch, keys_of
from hefu.apps.accounts.sign_in.errors import SignInRefused

SCOPE = "openid email profile"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
              "EdDSA", "Ed25519")  # fmt: skip
LEEWAY = 60  # seconds that clocks may differ
#: What a claim that does not fit is called in a refusal.
_CLAIMS = {"iss": "issuer", "aud": "audience", "azp": "audience", "nonce": "nonce",
           "exp": "expired", "iat": "expired", "nbf": "expired"}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A sign-in under way: where to go, and what must be brought back (kept in the session)."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """Whom the provider vouches for."""

    subject: str
    email: str  # lower case; empty: none was told
    email_verified: bool
    name: str
    groups: frozenset[str]
    proofs: frozenset[str]  # amr and acr: how they proved who they are
    id_token: str


def begin(provider: SignInProvider, *, redirect_uri: str, now: datetime) -> Begun:
    """Make the address of the provider to send somebody to.

    Raises:
        SignInRefused: the provider cannot be asked.
    """
    metadata = discover(provider.issuer, now=now)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code", "client_id": provider.client_id, "redirect_uri": redirect_uri,
        "scope": SCOPE, "state": state, "nonce": nonce, "code_challenge": challenge,
        "code_challenge_method": "S256",
    }  # fmt: skip
    joint = "&" if "?" in metadata.authorization else "?"
    address = f"{metadata.authorization}{joint}{urlencode(query)}"
    return Begun(address=address, state=state, nonce=nonce, verifier=verifier)


def finish(
    provider: SignInProvider, *, code: str, nonce: str, verifier: str, redirect_uri: str,
    now: datetime,
) -> Vouched:  # fmt: skip
    """Exchange the code for tokens and read whom they vouch for.

    Raises:
        SignInRefused: see there.
    """
    metadata = discover(provider.issuer, now=now)
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }  # fmt: skip
    tokens = fetch(metadata.token, **_signed(provider, metadata, form))
    id_token = tokens.get("id_token")
    if not isinstance(id_token, str):
        raise SignInRefused(reason="token")
    claims = read_id_token(id_token, metadata, client_id=provider.client_id, nonce=nonce,
                           access_token=str(tokens.get("access_token", "")), now=now)  # fmt: skip
    if "email" not in claims and metadata.userinfo and tokens.get("access_token"):
        claims = _with_userinfo(claims, metadata, str(tokens["access_token"]))
    return _vouched(claims, id_token, provider.groups_claim)


def _signed(provider: SignInProvider, metadata: Metadata, form: dict[str, str]) -> dict[str, Any]:
    """The form with the client's proof, where the provider wants it."""
    headers = {
        "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"
    }  # fmt: skip
    if provider.client_secret and metadata.basic:
        pair = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form = {**form, "client_id": provider.client_id}
        if provider.client_secret:
            form["client_secret"] = provider.client_secret
    return {"form": urlencode(form).encode(), "headers": headers}


def read_id_token(
    text: str, metadata: Metadata, *, client_id: str, nonce: str, access_token: str, now: datetime
) -> dict[str, Any]:
    """The claims of an ID token that is the issuer's, for us, of now, and of this sign-in.

    Raises:
        SignInRefused: ``token``, ``issuer``, ``audience``, ``nonce`` or ``expired``.
    """
    token = _verified(text, metadata, now)
    options = {
        "iss": {"essential": True, "value": metadata.issuer},
        "aud": {"essential": True, "value": client_id},
        "sub": {"essential": True}, "exp": {"essential": True}, "nonce": {"essential": True},
    }  # fmt: skip
    params = {"nonce": nonce, "client_id": client_id, "access_token": access_token}
    claims = CodeIDToken(token.claims, token.header, options, params)
    try:
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except ExpiredTokenError as error:
        raise SignInRefused(reason="expired") from error
    except (InvalidClaimError, MissingClaimError) as error:
        raise SignInRefused(reason=_CLAIMS.get(str(error.claim), "token")) from error
    except (JoseError, TypeError, ValueError) as error:
        raise SignInRefused(reason="token") from error
    return dict(token.claims)


def _verified(text: str, metadata: Metadata, now: datetime) -> jwt.Token:
    try:
        try:
            return jwt.decode(text, keys_of(metadata, now=now), algorithms=ALGORITHMS)
        except InvalidKeyIdError:  # the provider may have new keys
            keys = keys_of(metadata, now=now, anew=True)
            return jwt.decode(text, keys, algorithms=ALGORITHMS)
    except (JoseError, ValueError, TypeError) as error:
        raise SignInRefused(reason="token") from error


def _with_userinfo(
    claims: Mapping[str, Any], metadata: Metadata, access_token: str
) -> dict[str, Any]:
    """What the provider tells at its other end, if it is about the same person."""
    about = {"Accept": "application/json", "Authorization": f"Bearer {access_token}"}
    told = fetch(metadata.userinfo, headers=about)
    if told.get("sub") != claims["sub"]:
        raise SignInRefused(reason="token")
    return {**told, **claims}


def _vouched(claims: Mapping[str, Any], id_token: str, groups_claim: str) -> Vouched:
    email, groups = claims.get("email"), claims.get(groups_claim)
    if isinstance(groups, str):
        groups = [groups]
    amr, acr = claims.get("amr"), claims.get("acr")
    proofs = [*(amr if isinstance(amr, list) else []), acr]
    name = claims.get("name")
    return Vouched(
        subject=str(claims["sub"]),
        email=email.strip().lower() if isinstance(email, str) else "",
        email_verified=claims.get("email_verified") is True,
        name=name.strip()[:80] if isinstance(name, str) else "",
        groups=frozenset(one for one in groups or () if isinstance(one, str)),
        proofs=frozenset(one for one in proofs if isinstance(one, str)),
        id_token=id_token,
    )
