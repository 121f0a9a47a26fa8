"""What a member owns (名下产品), with the warranty card as it looks today."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hefu.apps.catalog.models import Product
from hefu.apps.identity.errors.life import CodeUnknown
from hefu.apps.identity.models import Activation
from hefu.apps.identity.selectors.activations import activations_for, warranty_card_for
from hefu.apps.identity.selectors.codes import code_text
from hefu.apps.identity.selectors.units import ref_of
from hefu.apps.members.selectors import card_of, member_by_id
from hefu.core.clocks.warranty import Card, Status
from hefu.surfaces.consumer.results import day_text, frame, grouped_code
from hefu.surfaces.consumer.site import Visit
from hefu.surfaces.design.parts import Tone, WarrantyCard


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """One product in the list of what a member has or had."""

    activation_id: int
    product: str
    model: str
    since: str
    status: str
    tone: Tone


def owned_url(visit: Visit, unit_id: int) -> str:
    """Return the page of a unit that the member who is signed in owns; "" for everybody else."""
    live = activations_for(visit.actor).filter(unit_id=unit_id, ended_at=None).first()
    return reverse("consumer:product", args=[live.pk]) if live else ""


def thing_of(visit: Visit, activation: Activation) -> Thing:
    """Return a line of the list."""
    status, tone = standing(card_for(visit, activation), activation)
    return Thing(
        activation_id=activation.pk, product=product_text(activation.product),
        model=activation.product.model, status=status, tone=tone,
        since=day_text(timezone.localdate(activation.at)),
    )  # fmt: skip


def product_text(product: Product) -> str:
    """Name a product in the reader's language, where it has a name in it."""
    return product.name_en if get_language() == "en" and product.name_en else product.name


def card_for(visit: Visit, activation: Activation) -> Card | None:
    """Reckon the warranty of a unit that is still the member's; a former owner sees none."""
    if activation.ended_at is not None:
        return None
    today = timezone.localdate(visit.now)
    try:
        return warranty_card_for(visit.actor, ref_of(activation.unit), on=today)
    except CodeUnknown:
        return None


def standing(card: Card | None, activation: Activation) -> tuple[str, Tone]:
    """Say in two words where a product stands, and in which tone."""
    if activation.ended_at is not None:
        return {
            Activation.Ending.TRANSFERRED.value: _("Handed over"),
            Activation.Ending.RETURNED.value: _("Returned"),
        }.get(activation.ending, _("Corrected")), "neutral"
    words: dict[Status, tuple[str, Tone]] = {
        Status.RUNNING: (_("In warranty"), "good"),
        Status.PAUSED: (_("In repair, warranty paused"), "info"),
        Status.NOT_STARTED: (_("Not yet in warranty"), "neutral"),
        Status.ENDED: (_("Warranty over"), "neutral"),
    }
    status = card.status if card else Status.UNKNOWN
    return words.get(status, (_("Keep the receipt"), "neutral"))


def drawn_card(visit: Visit, activation: Activation, card: Card | None) -> WarrantyCard:
    """Return the warranty card as the design system draws it."""
    member = card_of(member_by_id(visit.actor, activation.member_id))
    return WarrantyCard(
        brand=cast("str", frame(visit.brand)["brand_name"]),
        product=product_text(activation.product), model=activation.product.model,
        code=grouped_code(own_code(activation)), starts=_day(card.starts_on if card else None),
        ends=_day(card.ends_on if card else None), status=standing(card, activation)[0],
        holder=member.nickname or member.masked,
    )  # fmt: skip


def own_code(activation: Activation) -> str:
    """Return the code of a unit, for its owner."""
    ref = ref_of(activation.unit)
    return code_text(ref.batch, ref.serial)


def _day(day: date | None) -> str:
    return day_text(day) if day else "—"
