"""Sustainability attributes (可持续性属性): a closed, typed list, ready for a product passport.

The list follows what the European ecodesign regulation (EU) 2024/1781, article 5(1) and 7(2), names
as product aspects: durability, repair, materials, energy, footprint, end of life. Every value has
one type and one unit, so that pages of two makers can be compared and exported.
"""

from dataclasses import dataclass
from enum import StrEnum


class Topic(StrEnum):
    """The aspect of the product that an attribute speaks of."""

    REPAIR = "repair"
    DURABILITY = "durability"
    MATERIALS = "materials"
    ENERGY = "energy"
    FOOTPRINT = "footprint"
    PACKAGING = "packaging"
    END_OF_LIFE = "end_of_life"
    ORIGIN = "origin"


class Type(StrEnum):
    """What a value is."""

    TEXT = "text"  # by language
    NUMBER = "number"  # whole, in the attribute's unit
    SHARE = "share"  # basis points
    YES_NO = "yes_no"
    CHOICE = "choice"
    URL = "url"
    COUNTRY = "country"  # ISO 3166-1 alpha-2


@dataclass(frozen=True, kw_only=True, slots=True)
class Attribute:
    """One attribute; ``unit`` is a UCUM code (``a``: years), ``most`` the largest number."""

    key: str
    topic: Topic
    type: Type
    unit: str = ""
    most: int = 0
    choices: tuple[str, ...] = ()


def _number(key: str, topic: Topic, unit: str, most: int) -> Attribute:
    return Attribute(key=key, topic=topic, type=Type.NUMBER, unit=unit, most=most)


def _other(key: str, topic: Topic, kind: Type, *choices: str) -> Attribute:
    return Attribute(key=key, topic=topic, type=kind, choices=choices)


ATTRIBUTES: tuple[Attribute, ...] = (
    _number("spare_parts_years", Topic.REPAIR, "a", 50),
    _number("spare_parts_days", Topic.REPAIR, "d", 365),  # working days until delivered
    _other("spare_parts", Topic.REPAIR, Type.TEXT),
    _other("user_repairs", Topic.REPAIR, Type.TEXT),
    _other("repair_url", Topic.REPAIR, Type.URL),
    _other("battery_replaceable", Topic.REPAIR, Type.YES_NO),
    _number("life_years", Topic.DURABILITY, "a", 100),
    _number("updates_years", Topic.DURABILITY, "a", 50),
    _other("durability", Topic.DURABILITY, Type.TEXT),
    _other("materials", Topic.MATERIALS, Type.TEXT),
    _other("recycled_bp", Topic.MATERIALS, Type.SHARE),
    _other("renewable_bp", Topic.MATERIALS, Type.SHARE),
    _other("substances_of_concern", Topic.MATERIALS, Type.TEXT),
    _other("food_contact", Topic.MATERIALS, Type.TEXT),
    _number("weight_g", Topic.MATERIALS, "g", 10_000_000),
    _number("rated_w", Topic.ENERGY, "W", 1_000_000),
    _number("standby_mw", Topic.ENERGY, "mW", 1_000_000),
    _number("energy_wh_year", Topic.ENERGY, "W.h/a", 2_000_000_000),
    _other("energy_grade_cn", Topic.ENERGY, Type.CHOICE, "1", "2", "3", "4", "5"),
    _other("energy_class_eu", Topic.ENERGY, Type.CHOICE, *"ABCDEFG"),
    _number("carbon_g", Topic.FOOTPRINT, "g", 2_000_000_000),  # CO2 equivalent, whole life
    _other("carbon_method", Topic.FOOTPRINT, Type.TEXT),
    _other("packaging", Topic.PACKAGING, Type.TEXT),
    _other("packaging_recycled_bp", Topic.PACKAGING, Type.SHARE),
    _other("packaging_plastic_free", Topic.PACKAGING, Type.YES_NO),
    _other("recyclable_bp", Topic.END_OF_LIFE, Type.SHARE),
    _other("end_of_life", Topic.END_OF_LIFE, Type.TEXT),
    _other("take_back", Topic.END_OF_LIFE, Type.YES_NO),
    _other("take_back_url", Topic.END_OF_LIFE, Type.URL),
    _other("country", Topic.ORIGIN, Type.COUNTRY),
    _other("maker", Topic.ORIGIN, Type.TEXT),
)

BY_KEY: dict[str, Attribute] = {one.key: one for one in ATTRIBUTES}
