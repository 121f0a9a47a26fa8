"""The hash chain (哈希链) that makes an edited audit trail show itself.

Every entry's hash covers the entry before it, so a changed, removed or inserted row breaks the
chain at that row. The newest hash, kept elsewhere, also shows a cut-off end.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

GENESIS = "0" * 64


def canonical(payload: Mapping[str, Any]) -> bytes:
    """One byte string per meaning: sorted keys, no spaces, UTF-8 (after RFC 8785, our types)."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def link(previous: str, payload: Mapping[str, Any]) -> str:
    """Return the hash (SHA-256, 64 hex) of ``payload`` following the entry hashed ``previous``."""
    return sha256(previous.encode() + b"\n" + canonical(payload)).hexdigest()
