"""The codes of coupons (券码): derived from a batch's reference and a number, unguessable.

They are default identity codes (``core.codes.default``) under a key of their own, so that they
are read, typed, grouped and checked like every other code, and a guess hits with 2^-60 per coupon.
"""

from functools import lru_cache

from django.conf import settings

from hefu.core.codes import Code, Sealer, derive_key, read_code
from hefu.core.codes.default import batch_text
from hefu.core.privacy import derive_key as derive_secret

_KEY_ID = "coupons"


@lru_cache(maxsize=512)
def _sealer(master: str, brand_id: int, reference: int) -> Sealer:
    secret = derive_secret(bytes.fromhex(master), f"hefu coupon codes v1 {brand_id}")
    return Sealer(derive_key(secret, key_id=_KEY_ID, batch=batch_text(reference)))


def code_of(brand_id: int, *, reference: int, number: int) -> str:
    """Write the code of the coupon ``number`` (from 0) of a batch, in fours."""
    sealed = _sealer(settings.HEFU_MASTER_KEY, brand_id, reference).seal_serial(number)
    return Code(batch=reference, sealed=sealed).grouped


def read_coupon(brand_id: int, text: str) -> tuple[int, int] | None:
    """Read a code as typed: the batch's reference and the number; None for a forgery.

    Whether the batch exists and has that many is for the caller to see.

    Raises:
        UnreadableCode: not in the shape of a code.
        TypingError: a character is wrong; look again.
    """
    code = read_code(text)
    number = _sealer(settings.HEFU_MASTER_KEY, brand_id, code.batch).unseal(code.sealed)
    return None if number is None else (code.batch, number)
