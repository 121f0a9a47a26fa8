"""Which addresses may be called: their form, and the numbers that their names stand for."""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from hefu.core.errors import DomainError

LONGEST = 500
Number = ipaddress.IPv4Address | ipaddress.IPv6Address
#: Where clouds keep the secrets of machines; never called, whatever the operator allows.
_METADATA = frozenset({ipaddress.ip_address("fd00:ec2::254")})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class BadAddress(DomainError):
    """Nothing can be sent to this address; ``details``: ``field`` and ``rule``."""

    code = "outward.bad_address"


def read_address(address: str, *, field: str, secure: bool = False) -> SplitResult:
    """Take an address apart; ``secure`` asks for https.

    Raises:
        BadAddress: not http(s), without host, with a password, or too long.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise BadAddress(field=field, rule="not_an_address") from error
    plain = address.isascii() and address.isprintable() and " " not in address
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain or port == 0:
        raise BadAddress(field=field, rule="http_or_https")
    if secure and parts.scheme != "https":
        raise BadAddress(field=field, rule="https")
    if parts.username is not None or parts.password is not None or len(address) > LONGEST:
        raise BadAddress(field=field, rule="no_password_500_characters")
    return parts


def numbers_of(host: str, port: int) -> list[str]:
    """The numbers that a name stands for now, in the order in which to try them.

    Raises:
        OSError: the name stands for none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def objection(number: str, *, private: bool) -> str:
    """Why a number is not called, as a stable word; empty: it may be.

    ``private`` allows the operator's own networks, and this machine; what clouds answer machines
    with (link-local), multicast and the unspecified address are never called.
    """
    address = _meant(ipaddress.ip_address(number.partition("%")[0]))
    if address.is_link_local or address in _METADATA:
        return "link_local"
    if address.is_multicast or address.is_unspecified:
        return "not_a_machine"
    if not private and not address.is_global:
        return "private_address"
    return ""


def _meant(address: Number) -> Number:
    """The IPv4 address that an IPv6 one wraps, where it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    wrapped = address.ipv4_mapped or address.sixtofour
    if wrapped is None and address in _NAT64:
        wrapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return wrapped or address
