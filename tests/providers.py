"""An identity provider that does whatever a test wants of it; keys and tokens are made by joserfc.

The honest provider of the tests is the package ``oidc-provider-mock``; this one is for lies.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT, SECRET = "hefu", "s3cret of the client"


class Provider:
    """``lie`` overrides claims (None takes one away); the rest says how tokens are signed."""

    def __init__(self) -> None:
        self.url = ""
        self.forget()

    def forget(self) -> None:
        """Be honest again, with a fresh key."""
        self.key = ECKey.generate_key("P-256", {"kid": f"k{time.monotonic_ns()}"})
        self.published = [self.key]
        self.algorithm = "ES256"
        self.lie: dict[str, Any] = {}
        self.told: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {"sub": "subject-1"}
        self.nonce = self.challenge = ""
        self.asked: list[str] = []
        self.forms: list[tuple[dict[str, str], str]] = []

    def sees(self, address: str) -> dict[str, str]:
        """Somebody was sent here; returns the query they came with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.nonce, self.challenge = query["nonce"], query["code_challenge"]
        return query

    def rotate(self) -> None:
        """Sign with another key from now on."""
        self.key = ECKey.generate_key("P-256", {"kid": f"k{time.monotonic_ns()}"})
        self.published = [self.key]

    def metadata(self) -> dict[str, Any]:
        ends = {
            "authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks",
            "userinfo_endpoint": "userinfo", "end_session_endpoint": "end",
        }  # fmt: skip
        return {
            "issuer": self.url, **{name: f"{self.url}/{path}" for name, path in ends.items()},
            **self.told,
        }  # fmt: skip

    def id_token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url, "sub": "subject-1", "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": self.nonce, "email": "li@a.example", "email_verified": True, "name": "Li",
            **self.lie,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": self.key.kid}
        signed = f"{_encoded(header)}.{_encoded(claims)}"
        if self.algorithm == "none":
            return f"{signed}."
        if self.algorithm == "HS256":  # the public key as if it were a shared secret
            shared = self.published[0].as_pem(private=False)
            mark = hmac.digest(shared, signed.encode(), "sha256")
            return f"{signed}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"
        return jwt.encode(header, claims, self.key, algorithms=[self.algorithm])

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, self.metadata()
        if path == "/jwks":
            return 200, {"keys": [key.as_dict(private=False) for key in self.published]}
        if path == "/userinfo":
            return 200, self.userinfo
        if path == "/token":
            self.forms.append((form, authorization))
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != self.challenge:
                return 400, {"error": "invalid_grant"}
            return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token()}
        return 404, {}


def _encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@contextmanager
def providing() -> Iterator[Provider]:
    """Run the provider on this machine for a while."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = {name: values[0] for name, values in parse_qs(text).items()}
            about = self.headers.get("Authorization", "")
            status, told = provider.answer(urlsplit(self.path).path, form, about)
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815  (the library's name)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def another_key(name: str) -> ECKey:
    """A key that nobody published, under the name of one that somebody did."""
    return ECKey.generate_key("P-256", {"kid": name})
