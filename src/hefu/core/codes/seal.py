"""The seal (加密码): turns the serial of a unit into characters nobody can count or guess.

Deterministic authenticated encryption in the shape of SIV (RFC 5297), with one more step because
our tags are short; see docs/algorithms/codes.md and ADR 2. Invertible, so no two units collide and
no list is kept.
"""

import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

from hefu.core.codes.errors import SealTooShort
from hefu.core.codes.keys import SealKey

_ROUND = tuple(step.to_bytes(8, "little") for step in (1, 2, 3))
_FEW = 4  # below it one at a time is faster


@dataclass(frozen=True, kw_only=True)
class Seal:
    """How many bits a seal gives to the serial (body) and to the proof (tag).

    Raises:
        ValueError: a part is empty or both together exceed 64 bits.
    """

    body_bits: int = 30
    tag_bits: int = 30

    def __post_init__(self) -> None:
        if min(self.body_bits, self.tag_bits) < 1 or self.bits > 64:
            raise ValueError(f"no seal has {self.body_bits} + {self.tag_bits} bits")

    @property
    def bits(self) -> int:
        """Bits printed."""
        return self.body_bits + self.tag_bits

    @property
    def capacity(self) -> int:
        """How many units one batch can hold."""
        return 1 << self.body_bits

    def guess_odds(self, issued: int) -> float:
        """Probability that one guess among all printable values is accepted."""
        return issued / 2.0**self.bits


def split_seal(bits: int, quantity: int) -> Seal:
    """Give ``quantity`` serials the bits they need and the proof all others.

    Args:
        bits: what the seal can hold, at most 64 are used.
        quantity: units the batch may ever have (plan for over-issue), at least 1.

    Raises:
        ValueError: ``quantity`` is not positive.
        SealTooShort: less than one bit would be left for the proof.
    """
    if quantity < 1:
        raise ValueError("a batch has at least one unit")
    body_bits = max(1, (quantity - 1).bit_length())
    tag_bits = min(bits, 64) - body_bits
    if tag_bits < 1:
        raise SealTooShort(field="seal", bits=bits, quantity=quantity, needed=body_bits + 1)
    return Seal(body_bits=body_bits, tag_bits=tag_bits)


@lru_cache(maxsize=512)
def _blocks(count: int) -> struct.Struct:
    return struct.Struct(f"<{2 * count}Q")


class Sealer:
    """Seals and unseals the serials of one batch, one at a time; ``bulk`` does arrays.

    Keep it: making one costs an AES key schedule. It may be shared between threads.
    """

    def __init__(self, key: SealKey, seal: Seal | None = None) -> None:
        self.seal = seal or Seal()
        self._body_mask = (1 << self.seal.body_bits) - 1
        self._tag_mask = (1 << self.seal.tag_bits) - 1
        # ECB is the bare keyed function on blocks that never repeat; no message is encrypted.
        self._cipher = Cipher(algorithms.AES(key.material), modes.ECB())  # noqa: S305
        # One block at a time the library keeps the interpreter's lock: safe between threads.
        self._update = self._cipher.encryptor().update
        # Many at a time it frees that lock, so these have one of their own; making a context
        # costs more than thirty codes.
        self._update_many = self._cipher.encryptor().update
        self._many = threading.Lock()

    def seal_serial(self, serial: int) -> int:
        """Seal one serial; the result has ``seal.bits`` bits.

        Raises:
            ValueError: the serial is negative or beyond the seal's capacity.
        """
        if not 0 <= serial <= self._body_mask:
            raise ValueError(f"serial {serial} does not fit into {self.seal.body_bits} bits")
        tag = self._prf(0, serial) & self._tag_mask
        body = serial ^ self._prf(1, tag) & self._body_mask
        return body << self.seal.tag_bits | tag ^ self._prf(2, body) & self._tag_mask

    def unseal(self, sealed: int) -> int | None:
        """Open a sealed value: the serial, or None for a forgery.

        The caller still compares the serial with the quantity issued.
        """
        body = sealed >> self.seal.tag_bits
        if not 0 <= body <= self._body_mask:
            return None
        tag = (sealed ^ self._prf(2, body)) & self._tag_mask
        serial = body ^ self._prf(1, tag) & self._body_mask
        return serial if self._prf(0, serial) & self._tag_mask == tag else None

    def unseal_many(self, sealed: Sequence[int]) -> list[int | None]:
        """Open a handful of values of ``seal.bits`` bits: as ``unseal`` for each, at a third.

        One call to AES a step instead of one a code. ``bulk`` is for arrays: it is slower below a
        hundred values.
        """
        if len(sealed) < _FEW:
            return [self.unseal(value) for value in sealed]
        blocks, body_mask, tag_mask = _blocks(len(sealed)), self._body_mask, self._tag_mask
        shift = self.seal.tag_bits

        def prf(step: int, values: list[int]) -> tuple[int, ...]:
            words = [step + 1] * (2 * len(values))
            words[::2] = values
            with self._many:
                return blocks.unpack(self._update_many(blocks.pack(*words)))[::2]

        bodies = [value >> shift & body_mask for value in sealed]
        masks = prf(2, bodies)
        tags = [(value ^ mask) & tag_mask for value, mask in zip(sealed, masks, strict=True)]
        masks = prf(1, tags)
        serials = [body ^ mask & body_mask for body, mask in zip(bodies, masks, strict=True)]
        proofs = prf(0, serials)
        return [
            serial if proof & tag_mask == tag and 0 <= value >> shift <= body_mask else None
            for value, serial, tag, proof in zip(sealed, serials, tags, proofs, strict=True)
        ]

    def encryptor(self) -> CipherContext:
        """Return AES for many blocks at once, for one thread: the library frees the lock there."""
        return self._cipher.encryptor()

    def _prf(self, step: int, value: int) -> int:
        block = self._update(value.to_bytes(8, "little") + _ROUND[step])
        return int.from_bytes(block[:8], "little")
