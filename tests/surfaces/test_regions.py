"""Region from a network address, with an operator's file written here by hand.

The writer below follows the MaxMind DB format 2.0 (24-bit records, one tree for IPv4 in IPv6);
the reader under test is the published ``maxminddb``, so the two sides are not from one hand.
"""

import ipaddress
import os
import struct

import pytest

from hefu.surfaces.regions import region_of_address

UINT16, UINT32, UINT64 = 5, 6, 9
CHINA = {"country": {"iso_code": "CN"}}


def _item(kind, size, payload=b""):
    head = (kind << 5 if kind < 8 else 0) | min(size, 29)
    extended = bytes([kind - 7]) if kind >= 8 else b""
    longer = bytes([size - 29]) if size >= 29 else b""
    return bytes([head]) + extended + longer + payload


def encode(value):
    if isinstance(value, str):
        return _item(2, len(value.encode()), value.encode())
    if isinstance(value, dict):
        return _item(7, len(value), b"".join(encode(k) + encode(v) for k, v in value.items()))
    if isinstance(value, list):
        return _item(11, len(value), b"".join(map(encode, value)))
    kind, number = value
    width = (number.bit_length() + 7) // 8
    return _item(kind, width, number.to_bytes(width, "big"))


def write_mmdb(path, networks):
    nodes = [[None, None]]
    data, offsets = b"", {}
    for network, entry in networks.items():
        parsed = ipaddress.ip_network(network)
        address, length = int(parsed.network_address), parsed.prefixlen
        if parsed.version == 4:
            length += 96
        offsets[network] = len(data)
        data += encode(entry)
        node = 0
        for depth in range(length - 1):
            bit = address >> (127 - depth) & 1
            if nodes[node][bit] is None:
                nodes.append([None, None])
                nodes[node][bit] = len(nodes) - 1
            node = nodes[node][bit]
        nodes[node][address >> (128 - length) & 1] = ("data", offsets[network])
    count = len(nodes)

    def record(value):
        if value is None:
            return count
        return value if isinstance(value, int) else count + 16 + value[1]

    tree = b"".join(struct.pack(">I", record(side))[1:] for node in nodes for side in node)
    metadata = {
        "node_count": (UINT32, count), "record_size": (UINT16, 24), "ip_version": (UINT16, 6),
        "database_type": "Test", "languages": ["en"], "description": {"en": "made by a test"},
        "binary_format_major_version": (UINT16, 2), "binary_format_minor_version": (UINT16, 0),
        "build_epoch": (UINT64, 1_790_000_000),
    }  # fmt: skip
    path.write_bytes(tree + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + encode(metadata))


@pytest.fixture
def region_file(tmp_path, settings):
    path = tmp_path / "regions.mmdb"
    write_mmdb(
        path,
        {
            "1.1.8.0/24": {**CHINA, "subdivisions": [{"iso_code": "GD"}]},
            "1.2.4.0/24": {
                **CHINA,
                "subdivisions": [{"names": {"en": "Beijing", "zh-CN": "北京市"}}],
            },
            "1.2.5.0/24": CHINA,
            "1.36.0.0/16": {"country": {"iso_code": "HK"}},
            "8.8.8.0/24": {"country": {"iso_code": "US"}, "subdivisions": [{"iso_code": "CA"}]},
            "2.16.0.0/16": {"country_code": "DE"},
            "1.2.6.0/24": {"country": "CN", "region": "Sichuan", "city": "Chengdu"},
            "1.2.7.0/24": {"country_code": "CN", "region_code": "CN-ZJ"},
            "240e::/20": {**CHINA, "subdivisions": [{"iso_code": "JS"}]},
        },
    )
    settings.HEFU_REGION_DB = str(path)
    return path


@pytest.mark.parametrize(
    ("address", "region"),
    [
        ("1.1.8.8", "440000"),
        ("::ffff:1.1.8.8", "440000"),
        ("1.2.4.8", "110000"),
        ("1.2.5.1", ""),  # in China, province unknown
        ("1.36.1.1", "810000"),
        ("8.8.8.8", "US-CA"),
        ("2.16.1.1", "DE"),
        ("1.2.6.1", "510000"),
        ("1.2.7.1", "330000"),
        ("240e:1::1", "320000"),
        ("9.9.9.9", ""),  # not in the file
        ("192.168.1.1", ""),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("not an address", ""),
        ("", ""),
    ],
)
def test_R117_the_region_of_an_address(region_file, address, region):
    assert region_of_address(address) == region


def test_without_a_file_every_address_is_unknown(settings):
    settings.HEFU_REGION_DB = ""

    assert region_of_address("1.1.8.8") == ""


@pytest.mark.parametrize("broken", [None, b"", b"not a database at all"])
def test_a_missing_or_broken_file_costs_the_region_and_nothing_else(settings, tmp_path, broken):
    path = tmp_path / "broken.mmdb"
    if broken is not None:
        path.write_bytes(broken)
    settings.HEFU_REGION_DB = str(path)

    assert region_of_address("1.1.8.8") == ""


def test_a_newer_file_is_used_without_a_restart(region_file):
    assert region_of_address("1.1.8.8") == "440000"
    write_mmdb(region_file, {"1.1.8.0/24": {**CHINA, "subdivisions": [{"iso_code": "FJ"}]}})
    os.utime(region_file, ns=(1, 1))

    assert region_of_address("1.1.8.8") == "350000"
