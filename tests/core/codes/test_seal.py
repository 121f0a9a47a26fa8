"""The seal: known answers by openssl, invertible, keyed, not guessable, not countable."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hefu.core import codes
from tests.core.codes.brand import SECRET, sealer

# bash tests/core/codes/seal_by_openssl.sh, which derives the key by
#   openssl kdf -keylen 16 -kdfopt digest:SHA256 -kdfopt hexkey:000102...1f -kdfopt hexinfo:000c
#     6865667520736561 6c20763100063230 32362d6100044b37 514d00056f757465 72 HKDF
# and each step by
#   echo 00000000000000000100000000000000 | xxd -r -p |
#     openssl enc -aes-128-ecb -nopad -K efb37f8e38234377ae5368ac9c301ef1 | xxd -p
OUTER_KEY = "efb37f8e38234377ae5368ac9c301ef1"
OUTER = {
    0: 234425787510348662,
    1: 848273459889841140,
    12345: 310441064394189832,
    1073741823: 526850008282501690,
}
INNER_KEY = "fac936bc98f82b7cbe1445c4ab8ba7af"
INNER = {
    0: 428926242941254435,
    1: 365552156734431118,
    12345: 248271561543954841,
    1073741823: 1141279298855800613,
}
TEMPLATE_KEY = "f308aa1dc39b3b3f059e03fefd15f28d"
TEMPLATE = {0: 878014723, 1: 689003013, 9999: 953322154}
TEMPLATE_CONTEXT = "m:PFFN5005|d:2012-12-20|b:19|c:jd"

GUESSES = 40_000_000

seals = st.builds(codes.Seal, body_bits=st.integers(1, 34), tag_bits=st.integers(1, 30))


@pytest.mark.parametrize(
    ("face", "key", "answers"),
    [(codes.Face.OUTER, OUTER_KEY, OUTER), (codes.Face.INNER, INNER_KEY, INNER)],
)
def test_seal_is_what_openssl_computes(face, key, answers):
    derived = codes.derive_key(SECRET, key_id="2026-a", batch="K7QM", face=face)
    sealer = codes.Sealer(derived)

    assert derived.material.hex() == key
    assert {serial: sealer.seal_serial(serial) for serial in answers} == answers
    assert codes.seal_serials(sealer, np.array(list(answers), "<u8")).tolist() == [
        *answers.values()
    ]


def test_short_seal_is_what_openssl_computes():
    key = codes.derive_key(SECRET, key_id="2026-a", batch=TEMPLATE_CONTEXT)
    sealer = codes.Sealer(key, codes.Seal(body_bits=14, tag_bits=16))

    assert key.material.hex() == TEMPLATE_KEY
    assert {serial: sealer.seal_serial(serial) for serial in TEMPLATE} == TEMPLATE


@given(seals, st.data())
def test_unseal_undoes_seal(seal, data):
    serial = data.draw(st.integers(0, seal.capacity - 1))
    one = sealer(seal)

    sealed = one.seal_serial(serial)

    assert one.unseal(sealed) == serial
    assert sealed < 1 << seal.bits


@given(seals, st.lists(st.integers(0, 2**34 - 1), max_size=20))
def test_arrays_say_the_same_as_single_codes(seal, numbers):
    one = sealer(seal)
    serials = np.array([number % seal.capacity for number in numbers], dtype="<u8")

    sealed = codes.seal_serials(one, serials)
    opened, genuine = codes.unseal_values(one, sealed, issued=seal.capacity)

    assert sealed.tolist() == [one.seal_serial(int(serial)) for serial in serials]
    assert opened.tolist() == serials.tolist()
    assert genuine.all()


@given(seals, st.lists(st.integers(-1, 2**66), max_size=12), st.integers(0, 12))
def test_a_handful_says_the_same_as_single_codes(seal, forged, genuine):
    one = sealer(seal)
    sealed = [one.seal_serial(number % seal.capacity) for number in range(genuine)] + forged

    assert one.unseal_many(sealed) == [one.unseal(value) for value in sealed]


def test_a_seal_may_fill_64_bits():
    one = sealer(codes.Seal(body_bits=34, tag_bits=30))
    serials = np.array([0, 5, (1 << 34) - 1], dtype="<u8")

    sealed = codes.seal_serials(one, serials)

    assert sealed.tolist() == [one.seal_serial(int(serial)) for serial in serials]
    assert codes.unseal_values(one, sealed, issued=1 << 34)[0].tolist() == serials.tolist()
    assert not codes.unseal_values(one, sealed ^ np.uint64(1), issued=1 << 34)[1].any()


def test_a_sealer_is_shared_by_threads():
    one, serials = sealer(), np.arange(200_000, dtype="<u8")
    expected = codes.seal_serials(one, serials)

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: codes.seal_serials(one, serials), range(12)))

        opened = list(pool.map(lambda value: one.unseal(int(value)), expected[:20_000]))

    assert all((found == expected).all() for found in results)
    assert opened == list(range(20_000))


def test_a_short_seal_is_a_bijection():
    seal = codes.Seal(body_bits=10, tag_bits=7)
    one = sealer(seal)

    sealed = codes.seal_serials(one, np.arange(1 << 10, dtype="<u8"))
    everything = np.arange(1 << 17, dtype="<u8")
    serials, genuine = codes.unseal_values(one, everything, issued=1 << 10)

    assert len(set(sealed.tolist())) == 1 << 10
    assert sorted(everything[genuine].tolist()) == sorted(sealed.tolist())
    assert sorted(serials[genuine].tolist()) == list(range(1 << 10))
    assert [one.unseal(value) is not None for value in range(1 << 12)] == genuine[:4096].tolist()


def test_R105_five_million_codes_have_no_duplicate():
    sealed = codes.seal_serials(sealer(), np.arange(5_000_000, dtype="<u8"))

    sealed.sort()
    assert (sealed[1:] != sealed[:-1]).all()


def hits(one, *, issued, seed):
    """How many of 40 million random values open to an issued serial."""
    rng = np.random.default_rng(seed)
    slices = (rng.integers(0, 1 << one.seal.bits, GUESSES // 10, dtype="<u8") for _ in range(10))
    return sum(int(codes.unseal_values(one, part, issued=issued)[1].sum()) for part in slices)


def test_R108_guesses_hit_a_six_character_seal_as_often_as_theory_says():
    one = sealer(codes.split_seal(30, 10_000), batch=TEMPLATE_CONTEXT)

    found = hits(one, issued=10_000, seed=108)

    expected = GUESSES * 10_000 / 2**30  # 372.5
    assert abs(found - expected) < 4.5 * math.sqrt(expected)


def test_random_bodies_hit_a_full_short_batch_as_often_as_theory_says():
    seal = codes.Seal(body_bits=16, tag_bits=16)

    found = hits(sealer(seal), issued=seal.capacity, seed=1)

    expected = GUESSES * seal.guess_odds(seal.capacity)  # 610.4
    assert abs(found - expected) < 4.5 * math.sqrt(expected)


def test_random_bodies_hit_a_full_default_batch_as_often_as_theory_says():
    seal = codes.Seal()

    found = hits(sealer(seal), issued=seal.capacity, seed=2)

    # 0.037 are expected; three or more would happen once in 120,000 times.
    assert GUESSES * seal.guess_odds(seal.capacity) == pytest.approx(0.03725, rel=0.001)
    assert found < 3


def test_a_genuine_code_does_not_help_to_find_its_neighbours():
    """The attack that two steps (plain SIV) would allow at short tags; see ADR 2."""
    issued, seal = 1024, codes.Seal(body_bits=20, tag_bits=8)
    one = sealer(seal)
    known = codes.seal_serials(one, np.arange(40, dtype="<u8"))
    near = np.arange(1, issued, dtype="<u8") << np.uint64(seal.tag_bits)
    guesses = (known[:, None] ^ near[None, :]).reshape(-1)

    _, genuine = codes.unseal_values(one, guesses, issued=issued)
    two_steps = sum(
        _opens_in_two_steps(one, _seal_in_two_steps(one, serial) ^ int(change), issued)
        for serial in range(40)
        for change in near
    )

    assert two_steps > 100  # 2^-8 of 40,920 guesses
    assert genuine.sum() <= 4  # 2^-18 of them: 0.16


def _seal_in_two_steps(one, serial):
    tag = one._prf(0, serial) & 0xFF
    return (serial ^ one._prf(1, tag) & 0xFFFFF) << 8 | tag


def _opens_in_two_steps(one, sealed, issued):
    serial = sealed >> 8 ^ one._prf(1, sealed & 0xFF) & 0xFFFFF
    return serial < issued and one._prf(0, serial) & 0xFF == sealed & 0xFF


def test_printed_characters_do_not_show_the_serial():
    """Every five-bit character of consecutive codes is evenly spread (chi-square, 31 degrees)."""
    sealed = codes.seal_serials(sealer(), np.arange(64_000, dtype="<u8"))

    for place in range(12):
        counts = np.bincount((sealed >> np.uint64(5 * place) & np.uint64(31)).astype(int))
        assert ((counts - 2000.0) ** 2 / 2000).sum() < 80  # p < 4e-6 beyond


@pytest.mark.parametrize(
    "other",
    [
        sealer(key_id="2026-b"),
        sealer(batch="K7QN"),
        sealer(face=codes.Face.INNER),
        codes.Sealer(codes.derive_key(bytes(32), key_id="2026-a", batch="K7QM")),
    ],
    ids=["key id", "batch", "face", "brand"],
)
def test_keys_have_nothing_in_common(other):
    serials = np.arange(100_000, dtype="<u8")

    sealed = codes.seal_serials(sealer(), serials)
    _, genuine = codes.unseal_values(other, sealed, issued=1 << 30)

    assert not genuine.any()
    assert not np.isin(codes.seal_serials(other, serials), sealed).any()


def test_names_of_keys_cannot_be_shifted_into_each_other():
    one = codes.derive_key(SECRET, key_id="ab", batch="c")
    two = codes.derive_key(SECRET, key_id="a", batch="bc")

    assert one.material != two.material


def test_a_key_does_not_show_itself():
    key = codes.derive_key(SECRET, key_id="2026-a", batch="K7QM")

    assert key.material.hex() not in repr(key)
    assert str(list(key.material))[1:9] not in repr(key)


def test_serials_never_issued_are_not_genuine():
    one = sealer()
    sealed = codes.seal_serials(one, np.arange(100, dtype="<u8"))

    _, genuine = codes.unseal_values(one, sealed, issued=60)

    assert genuine.tolist() == [True] * 60 + [False] * 40


def test_values_wider_than_the_seal_are_not_genuine():
    seal = codes.Seal(body_bits=14, tag_bits=16)
    one = sealer(seal)
    wide = one.seal_serial(5) | 1 << 30

    assert one.unseal(wide) is None
    assert one.unseal(-1) is None
    assert not codes.unseal_values(one, np.array([wide], "<u8"), issued=10_000)[1].any()


@pytest.mark.parametrize(
    ("bits", "quantity", "body", "tag"),
    [(30, 10_000, 14, 16), (30, 1, 1, 29), (30, 1024, 10, 20), (30, 1025, 11, 19), (99, 8, 3, 61)],
)
def test_split_gives_serials_what_they_need_and_the_proof_all_else(bits, quantity, body, tag):
    assert codes.split_seal(bits, quantity) == codes.Seal(body_bits=body, tag_bits=tag)


def test_split_refuses_a_seal_without_proof():
    with pytest.raises(codes.SealTooShort) as caught:
        codes.split_seal(15, 20_000)

    assert caught.value.details == {"field": "seal", "bits": 15, "quantity": 20_000, "needed": 16}


def test_impossible_arguments_are_the_callers_bug():
    one = sealer()
    for wrong in (-1, 1 << 30):
        with pytest.raises(ValueError):
            one.seal_serial(wrong)
    with pytest.raises(ValueError):
        codes.seal_serials(one, np.array([1 << 30], "<u8"))
    for secret, key_id, batch in ((b"short", "a", "b"), (SECRET, "", "b"), (SECRET, "a", "")):
        with pytest.raises(ValueError):
            codes.derive_key(secret, key_id=key_id, batch=batch)
    for body, tag in ((0, 30), (30, 0), (40, 25)):
        with pytest.raises(ValueError):
            codes.Seal(body_bits=body, tag_bits=tag)
    with pytest.raises(ValueError):
        codes.split_seal(30, 0)
    with pytest.raises(ValueError):
        codes.SealKey(material=b"short")
