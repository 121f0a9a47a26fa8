"""How a brand shows itself (品牌设置): name, colour, logo, host, and the trader behind it (L50)."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http.request import validate_host

from hefu.apps.accounts.models import Brand
from hefu.apps.audit.services import record, service
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_HASH = re.compile(r"(?:[0-9a-f]{64})?")
_HOST = re.compile(r"(?=.{4,120}$)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+[a-z0-9-]{2,63}")
_LENGTHS = {"name": 80, "name_en": 80, "trader_name": 120, "trader_address": 200,
            "trader_contact": 120}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class BrandLook:
    """A brand as its admin states it; ``logo`` is the SHA-256 of a picture, or "" for none."""

    name: str
    name_en: str = ""
    colour: str = "#2b6a5b"
    host: str = ""
    logo: str = ""
    trader_name: str = ""
    trader_address: str = ""
    trader_contact: str = ""


@service
def change_brand(actor: Actor, *, look: BrandLook, now: datetime) -> Brand:
    """Change how the actor's brand shows itself.

    A host has to be served here already: the operator lists it, and it is never the house's own,
    nor another brand's.

    Raises:
        Invalid: names the field and the rule.
    """
    actor.require(Permission.BRAND_MANAGE)
    brand = Brand.objects.get(pk=actor.own_brand())
    stated = _checked(look)
    changed = sorted(key for key, value in stated.items() if (getattr(brand, key) or "") != value)
    if not changed:
        return brand
    for key in changed:
        setattr(brand, key, stated[key])
    brand.host = brand.host or None  # the only one of its kind, and many have none
    try:
        with transaction.atomic():
            brand.save(update_fields=changed)
    except IntegrityError as error:
        raise Invalid(field="host", rule="taken", value=look.host) from error
    record(actor, "accounts.brand_changed", brand, now=now, fields=changed)
    return brand


def _checked(look: BrandLook) -> dict[str, str]:
    stated = {key: str(value).strip() for key, value in asdict(look).items()}
    stated["colour"], stated["host"] = stated["colour"].lower(), stated["host"].lower()
    if not stated["name"]:
        raise Invalid(field="name", rule="required")
    for key, most in _LENGTHS.items():
        if len(stated[key]) > most:
            raise Invalid(field=key, rule="too_long", value=most)
        if not stated[key].isprintable():
            raise Invalid(field=key, rule="control_characters")
    if not _COLOUR.fullmatch(stated["colour"]):
        raise Invalid(field="colour", rule="not_a_colour")
    if not _HASH.fullmatch(stated["logo"]):
        raise Invalid(field="logo", rule="not_a_hash")
    _check_host(stated["host"])
    return stated


def _check_host(host: str) -> None:
    if not host:
        return
    if not _HOST.fullmatch(host):
        raise Invalid(field="host", rule="not_a_host")
    house = urlsplit(settings.HEFU_ORIGIN).hostname
    if host == house or not validate_host(host, settings.ALLOWED_HOSTS):
        raise Invalid(field="host", rule="not_served")
