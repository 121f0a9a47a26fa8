"""What a maker's template is good for (编码设计): told to its designer before it is saved."""

from dataclasses import dataclass
from datetime import date

from hefu.core.codes.carrier import build_link, qr_version
from hefu.core.codes.seal import Seal, split_seal
from hefu.core.codes.segments import (
    BatchSegment,
    ChannelSegment,
    LiteralSegment,
    ModelSegment,
    SealSegment,
)
from hefu.core.codes.template import Template

AI_21_CHARS = 20

#: One guess in this many may hit before we warn.
SAFE_GUESSES = 100_000


@dataclass(frozen=True, kw_only=True)
class Design:
    """A template judged at a batch size.

    ``guesses`` is how many guesses hit once on average, for a forger who knows the template;
    ``worst_guesses`` the same if he uses every confusable character of the seal.
    """

    sample: str
    length: int
    fits_ai_21: bool
    seal: Seal
    guesses: float
    worst_guesses: float
    qr_version: int
    qr_modules: int
    warnings: tuple[str, ...]


def design(template: Template, *, quantity: int, host: str, gtin: str) -> Design:
    """Judge a template for batches of ``quantity`` units.

    Raises:
        SealTooShort: the seal cannot tell so many units apart.
        BadNumber: host or GTIN is none.
        ValueError: the quantity is not positive, or no QR code up to version 10 holds the link.
    """
    part = template.seal
    seal = split_seal(part.bits, quantity)
    guesses = len(part.alphabet) ** part.chars / quantity
    worst = guesses / _readings(part)
    sample = template.sample or _sample(template)
    version = qr_version(build_link(host, gtin, sample))
    warnings = {
        "long": len(sample) > AI_21_CHARS,
        "guessable": worst < SAFE_GUESSES,
        "lower_case": sample != sample.upper(),
        "channel_in_clear": any(isinstance(item, ChannelSegment) for item in template.segments),
    }
    return Design(
        sample=sample,
        length=len(sample),
        fits_ai_21=len(sample) <= AI_21_CHARS,
        seal=seal,
        guesses=guesses,
        worst_guesses=worst,
        qr_version=version,
        qr_modules=17 + 4 * version,
        warnings=tuple(name for name, holds in warnings.items() if holds),
    )


def _readings(part: SealSegment) -> int:
    """Into how many seals the most ambiguous typed text can be read."""
    return max(len(list(part.read(char * part.chars))) for char in part.alphabet.values)


def _sample(template: Template) -> str:
    """A code in the form of the template, with invented content."""
    values: dict[str, str] = {}
    for part in template.segments:
        if isinstance(part, ModelSegment):
            values["model"] = max(part.models, key=len) if part.models else "M" * (part.width or 1)
        elif isinstance(part, BatchSegment):
            width = max(part.widths)
            values["batch"] = part.alphabet.encode(1, width) if width else ""
        elif isinstance(part, ChannelSegment):
            values["channel"] = min(part.names, default="x" * part.width)
        elif not isinstance(part, LiteralSegment | SealSegment):
            continue
    seal = template.seal.alphabet.encode(len(template.seal.alphabet) - 1, template.seal.chars)
    return template.compose(made_on=date(2026, 1, 31), seal=seal, **values)
