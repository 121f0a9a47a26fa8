"""WeChat's signature, envelope and XML, against published values and openssl.

The values are those with which a public client library is tested (token 123456, account
wx49f0ab532d5d035a); what stands in the envelope was computed here with ::

    printf '1411443780\\n437374425\\n123456\\n4ByG...+Q==' | LC_ALL=C sort | tr -d '\\n' | sha1sum
    echo -n 4ByG...+Q== | base64 -d | openssl enc -d -aes-256-cbc -nopad -K 916c... -iv 916c...
"""

import base64
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hefu.core.wechat import (
    NotFromWechat,
    check_call,
    open_envelope,
    read_key,
    read_xml,
    seal_envelope,
    signature,
    write_xml,
)

TOKEN, APP = "123456", "wx49f0ab532d5d035a"
KEY = read_key("kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR")
ECHO = "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q=="
AT = datetime.fromtimestamp(1411443780, tz=UTC)


def refused(rule, do, *args, **about):
    with pytest.raises(NotFromWechat) as caught:
        do(*args, **about)
    assert caught.value.details == {"rule": rule}


def test_the_published_signature():
    parts = (TOKEN, "1411443780", "437374425", ECHO)
    assert signature(*parts) == "dd6b9c95b495b3f7e2901bfbc76c664930ffdb96"
    check_call(*parts, given=signature(*parts), timestamp="1411443780", now=AT)
    wrong = {"timestamp": "1411443780", "now": AT}
    refused("signature", check_call, *parts, given="", **wrong)
    refused("signature", check_call, *parts, given="é" * 40, **wrong)
    altered = (TOKEN, "1411443780", "437374424", ECHO)
    refused("signature", check_call, *altered, given=signature(*parts), **wrong)


@pytest.mark.parametrize(
    ("stamp", "rule"),
    [("1411443479", "old"), ("1411444081", "old"), ("", "timestamp"), ("-1", "timestamp"),
     ("9" * 13, "timestamp"), ("１４１１４４３７８０", "timestamp")],
)  # fmt: skip
def test_a_call_is_good_for_five_minutes(stamp, rule):
    given = signature(TOKEN, stamp, "n")
    refused(rule, check_call, TOKEN, stamp, "n", given=given, timestamp=stamp, now=AT)
    fresh = "1411443481"
    given = signature(TOKEN, fresh, "n")
    check_call(TOKEN, fresh, "n", given=given, timestamp=fresh, now=AT + timedelta(seconds=1))


def test_the_published_envelopes_open():
    assert open_envelope(ECHO, key=KEY, app_id=APP) == b"5927782489442352469"
    message = (
        "RgqEoJj5A4EMYlLvWO1F86ioRjZfaex/gePD0gOXTxpsq5Yj4GNglrBb8I2BAJVODGajiFnXBu7mCPatfjsu6IHC"
        "rsTyeDXzF6Bv283dGymzxh6ydJRvZsryDyZbLTE7rhnus50qGPMfp2wASFlzEgMW9z1ef/RD8XzaFYgm7iTdaXpX"
        "aG4+BiYyolBug/gYNx410cvkKR2/nPwBiT+P4hIiOAQqGp/TywZBtDh1yCF2KOd0gpiMZ5jSw3e29mTvmUHzkVQi"
        "MS6td7vXUaWOMZnYZlF3So2SjHnwh4jYFxdgpkHHqIrH/54SNdshoQgWYEvccTKe7FS709/5t6NMxuGhcUGAPOQi"
        "pvWTT4dShyqio7mlsl5noTrb++x6En749zCpQVhDpbV6GDnTbcX2e8K9QaNWHp91eBdCRxthuL0="
    )
    fields = read_xml(open_envelope(message, key=KEY, app_id=APP))
    assert (fields["Content"], fields["FromUserName"]) == ("test", "messense")
    assert signature(TOKEN, "1411525903", "461056294", message) == (
        "74d92dfeb87ba7c714f89d98870ae5eb62dff26d"
    )


def test_what_does_not_open():
    refused("another_account", open_envelope, ECHO, key=KEY, app_id="wx0000000000000000")
    refused("envelope", open_envelope, ECHO, key=bytes(32), app_id=APP)
    for text in ("", "?", "AAAA", base64.b64encode(bytes(32)).decode(), ECHO[:-24] + ECHO[-20:]):
        with pytest.raises(NotFromWechat):
            open_envelope(text, key=KEY, app_id=APP)
    for text in ("", "k" * 42, "k" * 44, "?" * 43):
        refused("key", read_key, text)


@given(st.binary(max_size=200), st.binary(min_size=16, max_size=16))
def test_what_is_sealed_opens(text, salt):
    sealed = seal_envelope(text, key=KEY, app_id=APP, salt=salt)
    assert open_envelope(sealed, key=KEY, app_id=APP) == text
    assert len(base64.b64decode(sealed)) % 32 == 0


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on this machine")
def test_openssl_opens_what_we_seal():
    sealed = seal_envelope("你好".encode(), key=KEY, app_id=APP, salt=b"1234567890123456")
    plain = subprocess.run(
        ["openssl", "enc", "-d", "-aes-256-cbc", "-nopad", "-K", KEY.hex(), "-iv", KEY[:16].hex()],
        input=base64.b64decode(sealed), capture_output=True, check=True,
    ).stdout  # fmt: skip
    text = b"1234567890123456\0\0\0\6" + "你好".encode() + APP.encode()
    assert plain == text + bytes([64 - len(text)]) * (64 - len(text))


def test_xml_is_read_without_entities():
    nested = (
        b"<xml><Event><![CDATA[scancode_push]]></Event><ScanCodeInfo><ScanType>qrcode</ScanType>"
        b"<ScanResult><![CDATA[https://a.example/?a=1&b=2]]></ScanResult></ScanCodeInfo></xml>"
    )
    assert read_xml(nested)["ScanResult"] == "https://a.example/?a=1&b=2"
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><Content>&b;</Content></xml>'
    refused("entities", read_xml, bomb)
    outside = b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml><Content>1</Content></xml>'
    refused("entities", read_xml, outside)
    refused("form", read_xml, b"<xml><Content>&unknown;</Content></xml>")
    for text in (b"", b"<xml>", b"no", b"<a><b><c><d><e/></d></c></b></a>", b"\xff\xfe"):
        refused("form", read_xml, text)
    refused("form", read_xml, b"<xml>" + b"".join(b"<a%d/>" % n for n in range(99)) + b"</xml>")


@given(st.text(alphabet=st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn", "Co"]))
       | st.just("]]>"))  # fmt: skip
def test_what_is_written_is_read_again(text):
    fields = {"Content": text, "CreateTime": 7}
    assert read_xml(write_xml(fields).encode()) == {
        "xml": "", "Content": text.strip(), "CreateTime": "7",
    }  # fmt: skip
