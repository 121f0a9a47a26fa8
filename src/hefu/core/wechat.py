"""Messages of a WeChat official account (微信公众号消息): signature, envelope, and their XML.

WeChat's server signs each call with a token that both sides know: SHA-1 over the sorted parts. In
the encrypted mode a message travels as AES-256-CBC with the key's first 16 bytes as vector; inside
stand 16 random bytes, the length (4 bytes, the highest first), the text and the account's AppID,
filled up to 32 bytes. Source: WeChat's developer documentation, 消息加解密说明.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Mapping
from datetime import datetime
from xml.parsers.expat import ExpatError, ParserCreate

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from hefu.core.errors import DomainError

FRESH = 300  # seconds that a call may be old, or its clock be ahead
KEY_LENGTH = 43  # characters of an EncodingAESKey
BLOCK = 32  # bytes
RANDOM = 16  # bytes before the text
MOST_FIELDS = 60


class NotFromWechat(DomainError):
    """Signature, time, envelope or form of a call is not as WeChat makes it; ``rule`` says which.

    The caller is told nothing of it.
    """

    code = "wechat.not_from_wechat"


def signature(*parts: str) -> str:
    """SHA-1 (hexadecimal) over the parts in the order of their characters."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def check_call(*parts: str, given: str, timestamp: str, now: datetime) -> None:
    """Insist on a call that was signed with the token, just now; compares in constant time.

    Args:
        parts: what is signed: token, timestamp, nonce, and the envelope where there is one.
        given: the signature that came.
        timestamp: seconds, as they came.
        now: by our clock.

    Raises:
        NotFromWechat: it is not so.
    """
    if not hmac.compare_digest(signature(*parts).encode(), given.encode("utf-8", "replace")):
        raise NotFromWechat(rule="signature")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise NotFromWechat(rule="timestamp")
    if abs(int(now.timestamp()) - int(timestamp)) > FRESH:
        raise NotFromWechat(rule="old")


def read_key(text: str) -> bytes:
    """The 32 bytes of an EncodingAESKey.

    Raises:
        NotFromWechat: it does not have 43 characters of base64.
    """
    try:
        key = base64.b64decode(f"{text}=", validate=True) if len(text) == KEY_LENGTH else b""
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != BLOCK:
        raise NotFromWechat(rule="key")
    return key


def open_envelope(sealed: str, *, key: bytes, app_id: str) -> bytes:
    """Open what was encrypted for an account.

    Raises:
        NotFromWechat: it does not open, or is another account's.
    """
    try:
        data = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotFromWechat(rule="envelope") from error
    if not data or len(data) % (AES.block_size // 8):
        raise NotFromWechat(rule="envelope")
    decryptor = _cipher(key).decryptor()
    plain = decryptor.update(data) + decryptor.finalize()
    filled = plain[-1]
    if not 1 <= filled <= BLOCK or plain[-filled:] != bytes([filled]) * filled:
        raise NotFromWechat(rule="envelope")
    content = plain[RANDOM:-filled]
    if len(content) < 4:
        raise NotFromWechat(rule="envelope")
    (length,) = struct.unpack(">I", content[:4])
    text, owner = content[4 : 4 + length], content[4 + length :]
    if len(text) != length or not hmac.compare_digest(owner, app_id.encode()):
        raise NotFromWechat(rule="another_account")
    return text


def seal_envelope(text: bytes, *, key: bytes, app_id: str, salt: bytes) -> str:
    """Encrypt for an account; ``salt`` are 16 fresh random bytes.

    Raises:
        ValueError: the salt has another length.
    """
    if len(salt) != RANDOM:
        raise ValueError("16 random bytes")
    plain = salt + struct.pack(">I", len(text)) + text + app_id.encode()
    filled = BLOCK - len(plain) % BLOCK
    encryptor = _cipher(key).encryptor()
    data = encryptor.update(plain + bytes([filled]) * filled) + encryptor.finalize()
    return base64.b64encode(data).decode()


def _cipher(key: bytes) -> "Cipher[CBC]":
    return Cipher(AES(key), CBC(key[:16]))


def read_xml(text: bytes) -> dict[str, str]:
    """The fields of a message by name; of nested ones the inner name alone.

    Raises:
        NotFromWechat: not well formed, with a document type or entities, or too many fields.
    """
    fields: dict[str, str] = {}
    path: list[str] = []

    def opened(name: str, _attributes: Mapping[str, str]) -> None:
        path.append(name)
        if len(path) > 4 or len(fields) > MOST_FIELDS:
            raise NotFromWechat(rule="form")
        fields.setdefault(name, "")

    def closed(_name: str) -> None:
        path.pop()

    def written(part: str) -> None:
        fields[path[-1]] += part

    def refused(*_: object) -> None:
        raise NotFromWechat(rule="entities")

    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.CharacterDataHandler = written
    parser.StartDoctypeDeclHandler = refused  # without one there is no entity to be declared
    try:
        parser.Parse(text, True)
    except (ExpatError, ValueError) as error:
        raise NotFromWechat(rule="form") from error
    return {name: value.strip() for name, value in fields.items()}


def write_xml(fields: Mapping[str, str | int]) -> str:
    """Fields as WeChat writes them: numbers bare, texts as CDATA that nothing ends too early."""
    return f"<xml>{''.join(_element(name, value) for name, value in fields.items())}</xml>"


def _element(name: str, value: str | int) -> str:
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    text = value.replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{text}]]></{name}>"
