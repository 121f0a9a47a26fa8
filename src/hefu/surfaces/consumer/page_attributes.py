"""Sustainability on the page (可持续性): attributes in words, with their units, topic by topic."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from hefu.core.pages import ATTRIBUTES, Attribute, PageContent, Topic, Type, choose_language
from hefu.surfaces.design.numbers import grouped

TOPICS: Mapping[Topic, Promise] = {
    Topic.REPAIR: gettext_lazy("Repair"),
    Topic.DURABILITY: gettext_lazy("Durability"),
    Topic.MATERIALS: gettext_lazy("Materials"),
    Topic.ENERGY: gettext_lazy("Energy"),
    Topic.FOOTPRINT: gettext_lazy("Carbon footprint"),
    Topic.PACKAGING: gettext_lazy("Packaging"),
    Topic.END_OF_LIFE: gettext_lazy("End of life"),
    Topic.ORIGIN: gettext_lazy("Origin"),
}
LABELS: Mapping[str, Promise] = {
    "spare_parts_years": gettext_lazy("Spare parts kept for"),
    "spare_parts_days": gettext_lazy("Spare parts delivered within"),
    "spare_parts": gettext_lazy("Spare parts"),
    "user_repairs": gettext_lazy("What you can repair yourself"),
    "repair_url": gettext_lazy("Repair instructions"),
    "battery_replaceable": gettext_lazy("Battery can be replaced by the user"),
    "life_years": gettext_lazy("Expected life"),
    "updates_years": gettext_lazy("Software updates for"),
    "durability": gettext_lazy("Durability"),
    "materials": gettext_lazy("Materials"),
    "recycled_bp": gettext_lazy("Recycled material"),
    "renewable_bp": gettext_lazy("Renewable material"),
    "substances_of_concern": gettext_lazy("Substances of concern"),
    "food_contact": gettext_lazy("Food contact"),
    "weight_g": pgettext_lazy("of a product", "Weight"),
    "rated_w": gettext_lazy("Rated power"),
    "standby_mw": gettext_lazy("Standby power"),
    "energy_wh_year": gettext_lazy("Energy in a year"),
    "energy_grade_cn": gettext_lazy("China energy grade"),
    "energy_class_eu": gettext_lazy("EU energy class"),
    "carbon_g": gettext_lazy("Greenhouse gases over its life"),
    "carbon_method": gettext_lazy("Method of the footprint"),
    "packaging": gettext_lazy("Packaging"),
    "packaging_recycled_bp": gettext_lazy("Recycled packaging"),
    "packaging_plastic_free": gettext_lazy("Packaging without plastic"),
    "recyclable_bp": gettext_lazy("Can be recycled"),
    "end_of_life": gettext_lazy("When it is worn out"),
    "take_back": gettext_lazy("The maker takes it back"),
    "take_back_url": gettext_lazy("Taking back"),
    "country": gettext_lazy("Country of origin"),
    "maker": gettext_lazy("Maker"),
}
_COUNTRIES: Mapping[str, Promise] = {
    "CN": gettext_lazy("China"), "DE": gettext_lazy("Germany"), "ID": gettext_lazy("Indonesia"),
    "IT": gettext_lazy("Italy"), "JP": gettext_lazy("Japan"), "KR": gettext_lazy("South Korea"),
    "MY": gettext_lazy("Malaysia"), "TH": gettext_lazy("Thailand"), "VN": gettext_lazy("Vietnam"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One attribute: its name and value; ``url`` where the value is an address."""

    name: str
    value: str
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The attributes of one topic."""

    title: str
    lines: tuple[Line, ...]


def groups_of(content: PageContent, languages: Sequence[str]) -> tuple[Group, ...]:
    """The attributes that are stated, in the order of the list."""
    lines: dict[Topic, list[Line]] = {}
    for attribute in ATTRIBUTES:
        if attribute.key in content.attributes:
            value = content.attributes[attribute.key]
            line = _line(attribute, value, languages)
            if line.value:
                lines.setdefault(attribute.topic, []).append(line)
    return tuple(
        Group(title=str(TOPICS[topic]), lines=tuple(found)) for topic, found in lines.items()
    )


def _line(attribute: Attribute, value: Any, languages: Sequence[str]) -> Line:
    name = str(LABELS[attribute.key])
    if attribute.type is Type.TEXT:
        language = choose_language(value, languages)
        return Line(name=name, value=value[language] if language else "")
    if attribute.type is Type.NUMBER:
        return Line(name=name, value=_UNITS[attribute.unit](cast("int", value)))
    if attribute.type is Type.URL:
        return Line(name=name, value=str(value).removeprefix("https://"), url=value)
    return Line(name=name, value=_SAID.get(attribute.type, str)(value))


def _years(count: int) -> str:
    return ngettext("%(count)s year", "%(count)s years", count) % {"count": count}


def _days(count: int) -> str:
    return ngettext("%(count)s working day", "%(count)s working days", count) % {"count": count}


def _scaled(value: int, small: str, large: str) -> str:
    """A thousand of the small unit are one of the large."""
    return f"{grouped(value)} {small}" if value < 1000 else f"{value / 1000:,.10g} {large}"


#: How a value is said that is neither text, address nor number; a choice is its own word.
_SAID: Mapping[Type, Callable[[Any], str]] = {
    Type.YES_NO: lambda value: (
        pgettext("a product has it", "Yes") if value else pgettext("a product has it", "No")
    ),
    Type.SHARE: lambda value: f"{value / 100:g} %",
    Type.COUNTRY: lambda value: str(_COUNTRIES.get(value, value)),
}
#: How a number is said, by its UCUM unit.
_UNITS: Mapping[str, Callable[[int], str]] = {
    "a": _years,
    "d": _days,
    "g": lambda value: _scaled(value, "g", "kg"),
    "W": lambda value: _scaled(value, "W", "kW"),
    "mW": lambda value: _scaled(value, "mW", "W"),
    "W.h/a": lambda value: _scaled(value, "Wh", "kWh"),
}
