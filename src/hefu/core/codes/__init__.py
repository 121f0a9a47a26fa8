"""Identity codes (身份码): made, sealed, read, recognised and judged.

The algorithm page is docs/algorithms/codes.md; why the seal is what it is: ADR 2.
"""

from hefu.core.codes import ranges
from hefu.core.codes.alphabet import BASE36, CROCKFORD, DIGITS, Alphabet, normalise
from hefu.core.codes.bulk import seal_serials, unseal_values
from hefu.core.codes.carrier import Link, build_link, is_gtin, is_link, qr_version, read_link
from hefu.core.codes.default import (
    BATCHES,
    DEFAULT_SEAL,
    Code,
    batch_text,
    complete,
    group,
    read_code,
    read_serial,
)
from hefu.core.codes.design import Design, design
from hefu.core.codes.errors import (
    AmbiguousTemplate,
    BadNumber,
    BadRange,
    BadTemplate,
    SealTooShort,
    TypingError,
    UnreadableCode,
)
from hefu.core.codes.keys import SECRET_BYTES, Face, SealKey, derive_key
from hefu.core.codes.numbers import (
    ExternalKind,
    gs1_check_digit,
    read_external,
    read_gtin,
    read_imei,
    read_maker_digits,
    read_serial_number,
    read_short_code,
    short_code,
)
from hefu.core.codes.ranges import Range, Reconciliation
from hefu.core.codes.seal import Seal, Sealer, split_seal
from hefu.core.codes.segments import (
    BatchSegment,
    ChannelSegment,
    DateSegment,
    LiteralSegment,
    ModelSegment,
    SealSegment,
    Segment,
)
from hefu.core.codes.sheet import Sheet
from hefu.core.codes.template import Parsed, Template
from hefu.core.codes.template_data import template_from_data, template_to_data
from hefu.core.codes.template_sheet import TemplateSheet
from hefu.core.codes.verdict import (
    Check,
    Reading,
    Reason,
    UnitFacts,
    VelocityPolicy,
    Verdict,
    VerdictKind,
    judge,
)
from hefu.core.codes.verify import Outcome, Verified, rows_of, verify_rows

__all__ = [
    "BASE36",
    "BATCHES",
    "CROCKFORD",
    "DEFAULT_SEAL",
    "DIGITS",
    "SECRET_BYTES",
    "Alphabet",
    "AmbiguousTemplate",
    "BadNumber",
    "BadRange",
    "BadTemplate",
    "BatchSegment",
    "ChannelSegment",
    "Check",
    "Code",
    "DateSegment",
    "Design",
    "ExternalKind",
    "Face",
    "Link",
    "LiteralSegment",
    "ModelSegment",
    "Outcome",
    "Parsed",
    "Range",
    "Reading",
    "Reason",
    "Reconciliation",
    "Seal",
    "SealKey",
    "SealSegment",
    "SealTooShort",
    "Sealer",
    "Segment",
    "Sheet",
    "Template",
    "TemplateSheet",
    "TypingError",
    "UnitFacts",
    "UnreadableCode",
    "VelocityPolicy",
    "Verdict",
    "VerdictKind",
    "Verified",
    "batch_text",
    "build_link",
    "complete",
    "derive_key",
    "design",
    "group",
    "gs1_check_digit",
    "is_gtin",
    "is_link",
    "judge",
    "normalise",
    "qr_version",
    "ranges",
    "read_code",
    "read_external",
    "read_gtin",
    "read_imei",
    "read_link",
    "read_maker_digits",
    "read_serial",
    "read_serial_number",
    "read_short_code",
    "rows_of",
    "seal_serials",
    "short_code",
    "split_seal",
    "template_from_data",
    "template_to_data",
    "unseal_values",
    "verify_rows",
]
