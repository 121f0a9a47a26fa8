"""Keys (密钥): one secret per brand, everything else derived from it.

The brand owns the 32 bytes and may bring its own. A key id names a generation: burning it touches
the batches sealed under it and no others.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_BYTES = 32

_PURPOSE = b"hefu seal v1"


class Face(StrEnum):
    """Which of a unit's two codes: visible, or under the scratch layer or in the box."""

    OUTER = "outer"
    INNER = "inner"


@dataclass(frozen=True, kw_only=True)
class SealKey:
    """The AES-128 key of one batch and face. It never shows itself in a log."""

    material: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.material) != 16:
            raise ValueError("a seal key has 16 bytes")


def derive_key(secret: bytes, *, key_id: str, batch: str, face: Face = Face.OUTER) -> SealKey:
    """Derive the key of one batch and face: HKDF-SHA-256 (RFC 5869) without salt.

    Args:
        secret: the brand's master secret, 32 bytes.
        key_id: the generation of the secret's use, such as ``2026-a``.
        batch: the batch reference as printed, or ``Parsed.context`` of a maker's template.
        face: outer and inner codes have nothing in common.

    Raises:
        ValueError: the secret has not 32 bytes, or a name is empty.
    """
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a brand's secret has {SECRET_BYTES} bytes, not {len(secret)}")
    if not key_id or not batch:
        raise ValueError("a key needs a key id and a batch")
    parts = (_PURPOSE, key_id.encode(), batch.encode(), face.value.encode())
    info = b"".join(len(part).to_bytes(2, "big") + part for part in parts)
    kdf = HKDF(algorithm=hashes.SHA256(), length=16, salt=None, info=info)
    return SealKey(material=kdf.derive(secret))
