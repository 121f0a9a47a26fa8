"""Old compressed links and EPC URNs: read, never written as new codes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core import gs1
from hefu.core.gs1 import compression
from tests.core.gs1 import samples


def plain(uri):
    """The toolkit left quotation marks unencoded; RFC 3986 does not allow them."""
    return uri.replace('"', "%22")


def test_compressed_links_of_the_reference_toolkit():
    for case in samples.lines("gs1_dl_compression/decompress.jsonl"):
        assert gs1.decompress_digital_link(case["compressed"]) == plain(case["decompressed"])


def test_zeros_the_toolkit_lost_are_kept():
    cases = samples.lines("gs1_dl_compression/reference_toolkit_bugs.jsonl")
    kept = [
        case
        for case in cases
        if "/255/" in case["uncompressed"] or "/00001" in case["uncompressed"]
    ]
    assert kept
    for case in kept:
        assert gs1.decompress_digital_link(case["compressed"]) == case["uncompressed"]


def test_a_key_left_plain_is_read_with_the_rest():
    # the bits of "/10/ABC123" alone, by the encoding table of URI Syntax 1.1
    uri = gs1.decompress_digital_link("https://example.org/stem/01/00054123450013/EGYAELXbc?x=1")
    link = gs1.parse_digital_link(uri)
    assert link.stem == "https://example.org/stem"
    assert link.message.get("01") == "00054123450013"
    assert link.parameters == ("x=1",)


@given(st.text(alphabet=compression._BASE64, min_size=1, max_size=60))
@settings(max_examples=200)
def test_no_segment_breaks_the_reader(segment):
    try:
        uri = gs1.decompress_digital_link(f"https://example.org/{segment}")
    except gs1.InvalidDigitalLink:
        return
    assert uri.startswith("https://example.org/")


def test_identifiers_in_their_canonical_form():
    for case in samples.lines("epc_uri_to_digital_link.jsonl"):
        try:
            found = gs1.canonical_identifier(case["input"])
        except gs1.InvalidEpc:
            found = None
        assert found == case["canonical_dl"], case


#: Written with the EPC Tag Data Standard's own examples of each scheme (section 6.3).
URNS = [
    ("urn:epc:id:sgtin:0614141.812345.6789", "(01)80614141123458(21)6789"),
    ("urn:epc:class:lgtin:4012345.012345.998877", "(01)04012345123456(10)998877"),
    ("urn:epc:idpat:sgtin:0614141.812345.*", "(01)80614141123458"),
    ("urn:epc:id:sscc:0614141.1234567890", "(00)106141412345678908"),
    ("urn:epc:id:sgln:0614141.12345.400", "(414)0614141123452(254)400"),
    ("urn:epc:id:sgln:0614141.12345.0", "(414)0614141123452"),
    ("urn:epc:id:grai:0614141.12345.400", "(8003)00614141123452400"),
    ("urn:epc:id:giai:0614141.12345400", "(8004)061414112345400"),
    ("urn:epc:id:gsrn:0614141.1234567890", "(8018)061414112345678902"),
    ("urn:epc:id:gsrnp:0614141.1234567890", "(8017)061414112345678902"),
    ("urn:epc:id:gdti:0614141.12345.400", "(253)0614141123452400"),
    ("urn:epc:id:cpi:0614141.123ABC.123456789", "(8010)0614141123ABC(8011)123456789"),
    ("urn:epc:id:sgcn:4012345.67890.04711", "(255)401234567890104711"),
    ("urn:epc:id:ginc:0614141.xyz3311cba", "(401)0614141xyz3311cba"),
    ("urn:epc:id:gsin:0614141.123456789", "(402)06141411234567890"),
    ("urn:epc:id:itip:4012345.012345.04.04.32a%2Fb", "(8006)040123451234560404(21)32a/b"),
    ("urn:epc:id:upui:1234567.089456.51qIgY)%3C%26Jp3*", "(01)01234567894560(235)51qIgY)<&Jp3*"),
    ("urn:epc:id:pgln:1234567.89012", "(417)1234567890128"),
]  # fmt: skip


@pytest.mark.parametrize(("urn", "brackets"), URNS)
def test_urns_there_and_back(urn, brackets):
    rules = gs1.Rules(associations=False)
    message = gs1.parse_element_string(brackets, rules=rules)
    assert gs1.canonical_identifier(urn) == message.to_digital_link()
    assert gs1.epc_urn(message, prefix_length=7) == urn


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "urn:epc:id:sgtin:4012345.011111",
        "urn:epc:id:sgtin:4012345.0111111.9",
        "urn:epc:id:sscc:40123.45.3",
        "urn:epc:id:imovn:9176187",
        "urn:uuid:2a7e0a0c-4b6b-4d9f-8f0a-0d6c0f0a2b11",
        "urn:epc:class:sgtin:4012345.011111.9",
        "urn:epc:idpat:sgtin:4012345.011111.9",
        "urn:epc:idpat:sgln:4012345.00005.*",
        "https://example.com/products/17",
        "https://id.gs1.org/8018/401234509876543210/8019/1",
        "https://id.gs1.org/8013/1987654Ad4X4bL5ttr2310c2K",
    ],
)
def test_what_names_no_gs1_key_is_refused(uri):
    with pytest.raises(gs1.InvalidEpc):
        gs1.canonical_identifier(uri)


@given(st.text(max_size=60) | st.from_regex(r"urn:epc:(id|idpat|class):[a-z]{3,5}:[0-9.*%A-Z]*"))
def test_no_text_breaks_the_conversion(text):
    try:
        uri = gs1.canonical_identifier(text)
    except gs1.InvalidEpc:
        return
    assert gs1.canonical_identifier(uri) == uri
