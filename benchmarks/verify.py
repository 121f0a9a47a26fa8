"""How fast codes are verified: files of them on one core, and one code at a time.

Contenders take turns, in CPU seconds. The naive loop reads the same 17 characters, checks them and
computes a keyed hash per code.
"""

import hmac
import timeit
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from benchmarks.issue import BATCH, SECRET, naive, sheet
from benchmarks.timing import Contender, growth, interleaved, show_growth, show_rates
from hefu.core import codes
from hefu.core.codes import gf32

NAIVE_CODES, CODES, ROUNDS = 20_000, 2_000_000, 7


def naive_verify(texts: list[str]) -> int:
    """What one writes first: read, check, hash and compare one code at a time."""
    genuine = 0
    values = codes.CROCKFORD.values
    for text in texts:
        digits = [values[char] for char in text.upper()]
        if gf32.syndrome(bytes(digits)):
            continue
        value = 0
        for digit in digits[4:16]:
            value = value << 5 | digit
        serial, tag = value >> 30, value & (1 << 30) - 1
        mac = hmac.digest(SECRET, serial.to_bytes(8, "big"), "sha256")
        genuine += int.from_bytes(mac[:4], "big") >> 2 == tag
    return genuine


def limit(count: int, text: bytes) -> Callable[[], None]:
    """Only what cannot be left out: three AES blocks a code, and the text read once."""
    aes = Cipher(algorithms.AES(SECRET[:16]), modes.ECB()).encryptor()  # noqa: S305
    blocks, out = bytes(16 * 8192), bytearray(16 * 8193)

    def work() -> None:
        for _ in range(3 * count // 8192):
            aes.update_into(blocks, out)
        text.count(b"\n")

    return work


def single() -> dict[str, float]:
    """Microseconds to read one code, to open its seal, and to judge the unit."""
    sealer = codes.Sealer(codes.derive_key(SECRET, key_id="bench", batch=codes.batch_text(BATCH)))
    code = codes.Code(batch=BATCH, sealed=sealer.seal_serial(12345))
    text = code.text
    work: dict[str, Callable[[], object]] = {
        "read": lambda: codes.read_code(text),
        "unseal": lambda: sealer.unseal(code.sealed),
        "read and unseal": lambda: sealer.unseal(codes.read_code(text).sealed),
        "forgery": lambda: sealer.unseal(codes.read_code(text).sealed ^ 1),
    }
    return {
        name: min(timeit.repeat(call, number=20_000, repeat=5)) / 20_000 * 1e6
        for name, call in work.items()
    }


def run(json: bool = False) -> dict[str, Any]:
    """Measure; print tables unless ``json``; return the figures with their ``ratios``."""
    made = sheet()
    sealer = codes.Sealer(codes.derive_key(SECRET, key_id="bench", batch=codes.batch_text(BATCH)))
    text, texts = made.text(0, CODES), naive(NAIVE_CODES)
    rows = codes.rows_of(text)

    def ours(count: int) -> None:
        found = codes.verify_rows(BATCH, sealer, rows[:count], issued=CODES)
        if found.count(codes.Outcome.GENUINE) != count:
            raise AssertionError(found)

    def loop() -> None:
        if naive_verify(texts) != NAIVE_CODES:
            raise AssertionError

    rates = interleaved(
        [
            Contender(name="naive loop", work=loop, units=NAIVE_CODES),
            Contender(name="ours", work=lambda: ours(CODES), units=CODES),
            Contender(name="limit: AES and one reading", work=limit(CODES, text), units=CODES),
        ],
        rounds=ROUNDS,
    )
    table = growth(ours, (2_000, 20_000, 200_000, 2_000_000))
    one = single()
    if not json:
        show_rates("verify a file of codes, one core", rates, "codes")
        show_growth(table, "codes")
        print("\none code, microseconds:", {name: round(value, 2) for name, value in one.items()})
    return {
        "benchmark": "verify",
        "codes_per_second": rates,
        "single_microseconds": one,
        "growth": [
            {"codes": row.units, "seconds": row.seconds, "costs": row.factor} for row in table
        ],
        "ratios": {
            "naive": rates["ours"] / rates["naive loop"],
            "limit": rates["ours"] / rates["limit: AES and one reading"],
        },
    }
