"""Identity codes (身份码): made, sealed, read, recognised and judged.

The algorithm page is docs/algorithms/codes.md; why the seal is what it is: ADR 2.
"""

from hefu.core.codes.alphabet import BASE36, CROCKFORD, DIGITS, Alphabet, normalise
from hefu.core.codes.bulk import seal_serials, unseal_values
from hefu.core.codes.default import BATCHES, Code, batch_text, read_code
from hefu.core.codes.errors import (
    AmbiguousTemplate,
    BadNumber,
    BadRange,
    BadTemplate,
    SealTooShort,
    TypingError,
    UnreadableCode,
)
from hefu.core.codes.keys import Face, SealKey, derive_key
from hefu.core.codes.seal import Seal, Sealer, split_seal

__all__ = [
    "BASE36",
    "BATCHES",
    "CROCKFORD",
    "DIGITS",
    "Alphabet",
    "AmbiguousTemplate",
    "BadNumber",
    "BadRange",
    "BadTemplate",
    "Code",
    "Face",
    "Seal",
    "SealKey",
    "SealTooShort",
    "Sealer",
    "TypingError",
    "UnreadableCode",
    "batch_text",
    "derive_key",
    "normalise",
    "read_code",
    "seal_serials",
    "split_seal",
    "unseal_values",
]
