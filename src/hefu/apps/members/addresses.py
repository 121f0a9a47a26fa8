"""Phones and e-mail addresses (联系方式) in the one form in which they are kept and compared."""

import unicodedata
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from hefu.apps.accounts.fields import lookup
from hefu.core.errors import Invalid

HOME = "CN"  # a number without a country's prefix
_REACHED_BY_SMS = {
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.PERSONAL_NUMBER,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where a member can be reached: ``channel`` is ``sms`` or ``email``."""

    channel: str
    value: str  # E.164, or a lower-case e-mail address

    def key(self, brand_id: int) -> str:
        """Return the keyed look-up, different for every brand."""
        return lookup(self.value, purpose=self.channel, brand_id=brand_id)


def normalise_address(text: str) -> Address:
    """Read what a person typed: a mobile number (+86 unless it says otherwise) or an e-mail.

    Full-width characters, spaces and hyphens are understood.

    Raises:
        Invalid: ``field`` is ``address``; ``rule`` is ``required``, ``not_an_email`` or
            ``not_a_mobile``.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        raise Invalid(field="address", rule="required")
    return _email(text) if "@" in text else _mobile(text)


def _email(text: str) -> Address:
    text = text.lower()
    try:
        validate_email(text)
    except ValidationError as error:
        raise Invalid(field="address", rule="not_an_email") from error
    return Address(channel="email", value=text)


def _mobile(text: str) -> Address:
    try:
        number = phonenumbers.parse(text[:40], HOME)
    except phonenumbers.NumberParseException as error:
        raise Invalid(field="address", rule="not_a_mobile") from error
    kind = phonenumbers.number_type(number)
    if not phonenumbers.is_valid_number(number) or kind not in _REACHED_BY_SMS:
        raise Invalid(field="address", rule="not_a_mobile")
    return Address(channel="sms", value=phonenumbers.format_number(number, PhoneNumberFormat.E164))


def client_key(client: str) -> str:
    """Return the keyed mark of a network address, one for the whole installation.

    An IPv6 subscriber owns a /64 and may change within it at will: it counts as one.
    """
    try:
        address = ip_address(client.strip())
    except ValueError:
        return lookup(client, purpose="client", brand_id=0)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        client = str(ip_network((address, 64), strict=False))
    return lookup(client, purpose="client", brand_id=0)
