"""What a report is drawn from (报告的数据): plain values, every number already written."""

from dataclasses import dataclass

from hefu.surfaces.design.parts import Tone


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One line of the headline: today, tomorrow, and the change with its tone."""

    name: str
    today: str
    tomorrow: str
    change: str
    tone: Tone = "neutral"
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class CartLine:
    """One line of a cart drawn as a receipt; ``below`` says it is sold below cost tomorrow."""

    sku: str
    qty: str
    listed: str
    today: str
    tomorrow: str
    below: bool


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one rule answered; ``amount`` is empty where it took nothing off."""

    title: str
    text: str
    amount: str


@dataclass(frozen=True, kw_only=True)
class CartShown:
    """One cart with every rule's answer."""

    order: str
    day: str
    segment: str
    loss: str
    lines: tuple[CartLine, ...]
    more_lines: int
    today: str
    tomorrow: str
    answers: tuple[Answer, ...]
    silent: tuple[Answer, ...]


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    """What one of tomorrow's promotions did."""

    title: str
    touched: str
    applied: str
    discount: str
    each: str
    lost: str
    failed: str
    near: str


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """A segment or a category on both sides."""

    name: str
    orders: str
    cheaper: str
    dearer: str
    today: str
    tomorrow: str
    change: str


@dataclass(frozen=True, kw_only=True)
class HeldRow:
    """One share held out."""

    share: str
    held: str
    campaign: str
    effect: str
    effect_capped: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One scenario: what is assumed and what follows, as changes against today."""

    title: str
    assumed: str
    revenue: str
    margin: str
    tone: Tone
