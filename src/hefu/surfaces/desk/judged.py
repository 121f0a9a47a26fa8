"""What an order's codes are good for (编码评估), told before anything is ordered.

How hard they are to guess, how long they are, and how large the symbol on the label becomes.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import Product
from hefu.apps.identity.models import CodeTemplate
from hefu.apps.identity.selectors.templates import host_of, template_design, template_of
from hefu.apps.network.models import Channel
from hefu.core.actor import Actor
from hefu.core.codes import Code, build_link, qr_version
from hefu.core.codes.design import AI_21_CHARS, SAFE_GUESSES, Design
from hefu.surfaces.design.numbers import compact
from hefu.surfaces.design.parts import Fact

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

#: Bits of a default code that are sealed.
SEALED_BITS = 60
_GOLDEN = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio: digits without a pattern
#: An invented unit of an invented batch, to show what a default code looks like.
_EXAMPLE = Code(batch=0x5A3C7, sealed=_GOLDEN >> 64 - SEALED_BITS)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A kind of code at a batch's size; ``guesses`` are needed on average for one hit."""

    sample: str
    link: str
    length: int
    guesses: float
    qr_version: int
    warnings: tuple[str, ...] = ()

    @property
    def facts(self) -> list[Fact]:
        """The figures in words."""
        side = 17 + 4 * self.qr_version
        fits = self.length <= AI_21_CHARS
        return [
            Fact(name=_("Sample"), value=self.sample, code=True),
            Fact(
                name=_("A guess hits once in"),
                value=_("%(number)s tries") % {"number": odds_text(self.guesses)},
            ),
            Fact(
                name=_("Length as AI (21)"),
                value=(_("%(length)s of 20 characters") if fits else _("%(length)s: over 20"))
                % {"length": self.length},
            ),
            Fact(
                name=_("QR symbol"),
                value=_("version %(version)s, %(side)s × %(side)s modules")
                % {"version": self.qr_version, "side": side},
            ),
        ]

    @property
    def cautions(self) -> list[str]:
        """What a designer should know, in words."""
        return [text for name, text in _cautions().items() if name in self.warnings]


def _cautions() -> dict[str, str]:
    return {
        "long": _(
            "Longer than the 20 characters that AI (21) holds: the codes work with us, but "
            "not in every scanner of a shop."
        ),
        "guessable": _("A forger who tries may hit. Make the seal longer or the batch smaller."),
        "lower_case": _(
            "Lower case makes the QR symbol larger: capitals and digits are packed tighter."
        ),
        "channel_in_clear": _("Everybody can read the channel from the code."),
    }


def odds_text(guesses: float) -> str:
    """Say how many guesses: short, and very large ones as a power of ten."""
    if guesses < 1e12:
        return compact(round(guesses))
    power = len(str(int(guesses))) - 1
    return f"{int(guesses / 10**power)} × 10{str(power).translate(_RAISED)}"


def judge_default(brand: Brand, *, product: Product, quantity: int) -> Judged:
    """Judge the house's own sealed code for ``quantity`` units of a batch."""
    guesses = 2.0**SEALED_BITS / quantity
    link = _link(brand, product.gtin, _EXAMPLE.serial)
    return Judged(
        sample=_EXAMPLE.text,
        link=link,
        length=len(_EXAMPLE.serial),
        guesses=guesses,
        qr_version=qr_version(link),
        warnings=("guessable",) if guesses < SAFE_GUESSES else (),
    )


def judge_template(
    actor: Actor,
    brand: Brand,
    *,
    template: CodeTemplate,
    product: Product,
    made_on: date,
    batch: str,
    channel: Channel | None,
    quantity: int,
) -> Judged:
    """Judge a maker's template for one batch; the sample is how this batch will print.

    Raises:
        BadTemplate: it cannot print this batch; ``details`` name the field.
        SealTooShort: not enough room for so many.
    """
    engine = template_of(template, *([channel] if channel else []))
    made = template_design(
        actor, data={"segments": template.segments, "sample": template.sample}, quantity=quantity
    )
    alphabet = engine.seal.alphabet
    invented = len(alphabet) ** engine.seal.chars * _GOLDEN >> 64  # looks like any other seal
    seal = alphabet.encode(invented, engine.seal.chars)
    sample = engine.compose(
        seal=seal,
        model=product.model,
        made_on=made_on,
        batch=batch,
        channel=channel.code if channel else None,
    )
    link = _link(brand, product.gtin, sample)
    return Judged(
        sample=sample,
        link=link,
        length=len(sample),
        guesses=made.worst_guesses,
        qr_version=qr_version(link),
        warnings=made.warnings,
    )


def judged_design(brand: Brand, made: Design) -> Judged:
    """Say what a template is good for before there is a product."""
    return Judged(
        sample=made.sample,
        link=_link(brand, "", made.sample),
        length=made.length,
        guesses=made.worst_guesses,
        qr_version=made.qr_version,
        warnings=made.warnings,
    )


def _link(brand: Brand, gtin: str, serial: str) -> str:
    """The URL a symbol holds; without a GTIN ours, not GS1's."""
    host = host_of(brand)
    head = build_link(host, gtin, serial) if gtin else f"HTTPS://{host.upper()}/C/{serial}"
    plain = not brand.host and urlsplit(settings.HEFU_ORIGIN).scheme == "http"
    return head.replace("HTTPS://", "HTTP://", 1) if plain else head


def reading_parts(text: str) -> list[tuple[str, Any]]:
    """Take one reading of an ambiguous code ("model AB, date 2026-01-02") apart again."""
    pairs = (part.partition(" ") for part in text.split(", "))
    return [(name, value) for name, _space, value in pairs]
