"""Calls that leave the house: only what was checked is called, and nobody keeps us waiting."""

import datetime as dt
import ipaddress
import socket
import ssl
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hefu.outward import BadAddress, NotAnswered, addresses, read_address, send, sending
from hefu.outward.addresses import objection
from tests.receivers import receiving


@pytest.fixture(scope="module")
def running():
    with receiving() as one:
        yield one


@pytest.fixture
def receiver(running):
    """The running one, with nothing left over from the test before."""
    running.got.clear()
    running.moods.clear()
    return running


@pytest.mark.parametrize(
    ("number", "private", "word"),
    [
        ("127.0.0.1", False, "private_address"),
        ("10.1.2.3", False, "private_address"),
        ("192.168.0.9", False, "private_address"),
        ("100.64.0.1", False, "private_address"),  # carrier's own
        ("::1", False, "private_address"),
        ("fc00::7", False, "private_address"),
        ("::ffff:127.0.0.1", False, "private_address"),  # IPv4 in IPv6
        ("64:ff9b::7f00:1", False, "private_address"),  # 127.0.0.1 through NAT64
        ("2002:7f00:1::", False, "private_address"),  # 127.0.0.1 through 6to4
        ("169.254.169.254", False, "link_local"),  # where clouds keep the secrets of machines
        ("169.254.169.254", True, "link_local"),
        ("::ffff:169.254.169.254", True, "link_local"),
        ("fe80::1%eth0", True, "link_local"),
        ("fd00:ec2::254", True, "link_local"),
        ("0.0.0.0", True, "not_a_machine"),  # noqa: S104
        ("224.0.0.1", True, "not_a_machine"),
        ("10.1.2.3", True, ""),
        ("127.0.0.1", True, ""),
        ("8.8.8.8", False, ""),
        ("2606:4700::1111", False, ""),
    ],
)
def test_what_may_be_called(number, private, word):
    assert objection(number, private=private) == word


@pytest.mark.parametrize(
    "address",
    ["", "ftp://a.example/", "http://", "http://u:p@a.example/", "http://a.example:99999/",
     "http://a.example/ x", "http://[::1", "https://a.example/" + "x" * 500, "http://a.example/\n",
     "https://ä.example/", "https://:secret@a.example/"],
)  # fmt: skip
def test_what_is_no_address(address):
    with pytest.raises(BadAddress) as caught:
        read_address(address, field="url")
    assert caught.value.details["field"] == "url"


def test_without_tls_is_refused_where_it_is_asked_for():
    with pytest.raises(BadAddress) as caught:
        read_address("http://a.example/", field="url", secure=True)
    assert caught.value.details["rule"] == "https"


def stands_for(monkeypatch, *numbers):
    """Every name stands for these numbers."""
    monkeypatch.setattr(sending, "numbers_of", lambda *_: list(numbers))


def test_private_networks_are_not_called(receiver):
    with pytest.raises(NotAnswered) as caught:
        send("POST", receiver.url, headers={}, private=False)
    assert caught.value.details["rule"] == "private_address"
    assert receiver.got == []


def test_a_name_with_one_private_number_is_not_called(receiver, monkeypatch):
    stands_for(monkeypatch, "8.8.8.8", "127.0.0.1")
    with pytest.raises(NotAnswered) as caught:
        send("GET", "http://a.example/", headers={}, private=False)
    assert caught.value.details["rule"] == "private_address"


def test_the_number_that_was_checked_is_the_one_that_is_called(receiver, monkeypatch):
    """A name that stands for another machine on the second look finds nobody looking."""
    asked = []
    known = socket.getaddrinfo

    def lookup(host, *rest, **about):
        if host == "rebinding.example":
            asked.append(host)
            host = "127.0.0.1" if len(asked) == 1 else "169.254.169.254"
        return known(host, *rest, **about)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    port = receiver.url.rpartition(":")[2]
    answer = send("GET", f"http://rebinding.example:{port}/x", headers={}, private=True)
    assert (answer.status, asked) == (200, ["rebinding.example"])
    assert receiver.got.pop()[0]["host"] == f"rebinding.example:{port}"


def test_redirects_are_not_followed(receiver):
    receiver.moods.append(302)
    answer = send("POST", receiver.url, body=b"x", headers={}, private=True)
    assert (answer.status, answer.good, len(receiver.got)) == (302, False, 1)
    receiver.got.clear()


@pytest.mark.parametrize(("mood", "rule"), [("close", "broke_off"), ("slow", "too_slow"),
                                            ("drip", "too_slow")])  # fmt: skip
def test_who_does_not_answer_is_left(receiver, mood, rule):
    receiver.moods.append(mood)
    began = time.monotonic()
    with pytest.raises(NotAnswered) as caught:
        send("POST", receiver.url, body=b"x", headers={}, private=True, deadline=0.3)
    assert caught.value.details["rule"] == rule
    assert time.monotonic() - began < 3  # of the 5 or 50 seconds that it would have liked


def test_nobody_there():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(NotAnswered) as caught:
            send("POST", f"http://127.0.0.1:{port}/", headers={}, private=True)
    assert caught.value.details == {"address": "127.0.0.1", "rule": "refused"}


def test_a_name_that_stands_for_nothing(monkeypatch):
    def lookup(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(NotAnswered) as caught:
        send("POST", "https://nowhere.invalid/", headers={}, private=True)
    assert caught.value.details["rule"] == "no_such_host"


def test_the_second_number_is_tried(receiver, monkeypatch):
    stands_for(monkeypatch, "127.0.0.9", "127.0.0.1")
    port = receiver.url.rpartition(":")[2]
    assert send("GET", f"http://two.example:{port}/", headers={}, private=True).good


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    """A server on this machine whose certificate says a.example; nobody but us trusts it."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a.example")])
    day = dt.timedelta(days=1)
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - day).not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("a.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = folder / "both.pem"
    pem.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )  # fmt: skip
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(pem)
    with receiving(theirs) as one:
        yield one, pem


def test_certificates_are_those_of_the_name(secure, monkeypatch):
    receiver, pem = secure
    stands_for(monkeypatch, "127.0.0.1")
    port = receiver.url.rpartition(":")[2]

    def rule(host):
        with pytest.raises(NotAnswered) as caught:
            send("POST", f"https://{host}:{port}/", headers={}, private=True)
        return caught.value.details["rule"]

    assert rule("a.example") == "certificate"  # nobody we know signed it
    trusting = ssl.create_default_context(cafile=pem)
    monkeypatch.setattr(sending, "context", lambda: trusting)
    assert rule("b.example") == "certificate"  # somebody else's
    assert send("POST", f"https://a.example:{port}/", headers={}, private=True).good
    assert receiver.got.pop()[0]["host"] == f"a.example:{port}"


def test_ports_and_numbers_in_addresses():
    assert addresses.numbers_of("127.0.0.1", 80) == ["127.0.0.1"]
    assert str(ipaddress.ip_address(addresses.numbers_of("::1", 80)[0])) == "::1"
