"""What people type as their phone or e-mail."""

import pytest

from hefu.apps.members.addresses import client_key, normalise_address
from hefu.core.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "channel", "value"),
    [
        ("13800138000", "sms", "+8613800138000"),
        ("138 0013 8000", "sms", "+8613800138000"),
        ("+86 138-0013-8000", "sms", "+8613800138000"),
        ("１３８００１３８０００", "sms", "+8613800138000"),
        ("+852 6123 4567", "sms", "+85261234567"),
        (" Li.Wei@Example.COM ", "email", "li.wei@example.com"),
        ("ｌｉ＠example.com", "email", "li@example.com"),
    ],
)
def test_addresses_are_kept_in_one_form(typed, channel, value):
    address = normalise_address(typed)

    assert (address.channel, address.value) == (channel, value)


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("", "required"),
        ("   ", "required"),
        ("1380013800", "not_a_mobile"),  # one digit short
        ("010-62345678", "not_a_mobile"),  # a fixed line in Beijing gets no SMS
        ("call me", "not_a_mobile"),
        ("li@", "not_an_email"),
        ("li@example", "not_an_email"),
    ],
)
def test_what_cannot_be_reached_is_refused_with_its_field(typed, rule):
    with pytest.raises(Invalid) as caught:
        normalise_address(typed)

    assert caught.value.details == {"field": "address", "rule": rule}


def test_two_brands_cannot_match_their_members_by_key():
    address = normalise_address("13800138000")

    assert address.key(1) != address.key(2)


def test_an_ipv6_subscriber_is_one_client_and_two_ipv4_addresses_are_two():
    assert client_key("2001:db8:1:2::a") == client_key("2001:db8:1:2:ffff::b")
    assert client_key("2001:db8:1:2::a") != client_key("2001:db8:1:3::a")
    assert client_key("203.0.113.7") != client_key("203.0.113.8")
