"""Draws: fair, bounded, recomputable by anybody, and every tampering is found."""

import copy
import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.draws import (
    Entry,
    Outcome,
    Prize,
    PrizeTable,
    PrizeTableRefused,
    PrizeTooValuable,
    beacon_round,
    beacon_seed,
    check_prizes,
    check_table,
    choose,
    commitment,
    draw_among,
    merkle_path,
    merkle_root,
    number,
    path_leads_to,
    publish_among,
    publish_instant,
    publish_sealed,
    release_times,
    replay,
    sealed_seed,
    wanted,
)

SEED = bytes(range(32))
SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "verify_draw.py"
TABLE = PrizeTable(
    campaign="spring",
    starts=1_800_000_000,
    ends=1_800_864_000,
    prizes=(
        Prize(id="phone", value_fen=400_000, quantity=2, weight=1),
        Prize(id="mug", value_fen=2900, quantity=30, weight=20),
    ),
    blank_weight=79,
    cap_person=3,
    excluded=("staff",),
)


def entries(count, per_person=1):
    step = (TABLE.ends - TABLE.starts) // count
    return [
        Entry(
            id=f"e{n}",
            at=TABLE.starts + n * step,
            person="staff" if n % 50 == 7 else f"p{n // per_person}",
            device=f"d{n % 11}",
            code=f"c{n}",
        )
        for n in range(count)
    ]


def verify(tmp_path, document):
    """Run the public script: its exit status and its last line."""
    (tmp_path / "draw.json").write_text(json.dumps(document, ensure_ascii=False))
    command = [sys.executable, "-I", SCRIPT, tmp_path / "draw.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + done.stderr).splitlines()


def test_numbers_agree_with_openssl():
    # printf 'spring|entry-7|0' | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102...1e1f
    assert number(SEED, "spring|entry-7|0") == 0x65F8EF2FA3FAFA42
    # (seed bytes; printf 'v1\0abc') | openssl dgst -sha256
    assert commitment(SEED, "v1", "abc").startswith("845933cec338119abebdb653670ca966")


def test_merkle_root_agrees_with_openssl():
    # sha256(01 || sha256(01 || sha256(00 a) || sha256(00 b)) || sha256(00 c)), openssl dgst
    root = "36642e73c2540ab121e3a6bf9545b0a24982cd830eb13d3cd19de3ce6c021ec1"

    assert merkle_root(["c", "a", "b"]) == root
    # the hash of nothing: printf '' | openssl dgst -sha256
    assert merkle_root([]).startswith("e3b0c44298fc1c14")


@settings(max_examples=60)
@given(st.sets(st.text(min_size=1, max_size=5), min_size=1, max_size=40), st.data())
def test_every_entrant_holds_a_receipt(entrants, data):
    one = data.draw(st.sampled_from(sorted(entrants)))
    path = merkle_path(list(entrants), one)

    assert path_leads_to(one, path, merkle_root(list(entrants)))
    assert not path_leads_to(one + "x", path, merkle_root(list(entrants)))


def test_a_million_draws_follow_the_weights():
    weights = [1, 20, 79, 400, 500]
    total = sum(weights)
    places = Counter(choose(SEED, f"spring|e{n}", total) for n in range(1_000_000))
    bounds = [sum(weights[:n]) for n in range(6)]
    seen = [sum(places[place] for place in range(low, high)) for low, high in pairwise(bounds)]

    chi = sum(
        (count - 1000 * weight) ** 2 / (1000 * weight)
        for count, weight in zip(seen, weights, strict=True)
    )
    # chi-square table, 4 degrees of freedom: 0.999 is 0.0908, 0.001 is 18.467
    assert 0.0908 < chi < 18.467


def test_prizes_are_released_over_the_campaign_and_never_exceeded():
    times = release_times(SEED, TABLE, TABLE.prizes[1])
    width = (TABLE.ends - TABLE.starts) / 30

    assert all(TABLE.starts + n * width - 1 <= at < TABLE.starts + (n + 1) * width
               for n, at in enumerate(times))  # fmt: skip
    rush = [Entry(id=f"r{n}", at=TABLE.starts + 3600, person=f"p{n}") for n in range(3000)]
    won = Counter(replay(SEED, TABLE, rush))
    free = {
        prize.id: sum(at <= rush[0].at for at in release_times(SEED, TABLE, prize))
        for prize in TABLE.prizes
    }
    assert (won["phone"], won["mug"]) == (free["phone"], free["mug"])
    late = [replace(entry, at=TABLE.ends) for entry in rush]
    assert Counter(replay(SEED, TABLE, late))["mug"] == 30


def test_without_a_free_unit_the_next_prize_is_given_or_none():
    winner = next(f"x{n}" for n in range(10**5) if len(wanted(SEED, TABLE, f"x{n}")) == 2)
    twice = [Entry(id=winner, at=TABLE.ends, person=f"p{n}") for n in range(3)]

    assert replay(SEED, TABLE, twice) == ["phone", "phone", "mug"]
    strict = replace(TABLE, fallback="none")
    assert replay(SEED, strict, twice) == ["phone", "phone", Outcome.GONE]


def test_caps_and_exclusions():
    found = replay(SEED, TABLE, entries(200, per_person=10))

    assert found.count(Outcome.EXCLUDED) == 4
    assert all(
        sum(got not in (Outcome.REFUSED, Outcome.EXCLUDED) for got in found[n : n + 10]) <= 3
        for n in range(0, 200, 10)
    )


def test_L05_a_prize_of_60000_yuan_is_refused_with_the_rule():
    prizes = (Prize(id="car", value_fen=6_000_000, quantity=1),)

    with pytest.raises(PrizeTooValuable) as caught:
        check_prizes(prizes, cap_fen=5_000_000, rule="L05")

    assert caught.value.details == {
        "prize": "car",
        "value_fen": 6_000_000,
        "cap_fen": 5_000_000,
        "rule": "L05",
    }
    check_prizes((replace(prizes[0], value_fen=5_000_000),), cap_fen=5_000_000, rule="L05")


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        (replace(TABLE, ends=TABLE.starts), "ends"),
        (replace(TABLE, prizes=(), blank_weight=0), "blank_weight"),
        (replace(TABLE, prizes=TABLE.prizes * 2), "prizes"),
        (replace(TABLE, prizes=(Prize(id="blank", value_fen=1, quantity=1),)), "prizes"),
        (replace(TABLE, prizes=(Prize(id="x", value_fen=1, quantity=0),)), "prizes"),
    ],
)
def test_a_table_that_cannot_be_drawn_from_is_refused(broken, field):
    with pytest.raises(PrizeTableRefused) as caught:
        check_table(broken)

    assert caught.value.details["field"] == field


def test_the_script_is_short_and_gets_the_same_winners(tmp_path):
    document = publish_instant(SEED, TABLE, "v3", entries(400, per_person=4))
    status, lines = verify(tmp_path, document)

    won = [f"{row['got']} {row['id']}" for row in document["entries"] if row["got"] in "phone mug"]
    assert len(SCRIPT.read_text().splitlines()) < 60
    assert (status, lines[-1]) == (0, "as published")
    assert [line.partition(",")[0] for line in lines[:-1]] == won
    assert len(won) > 20


def change_entry(document):
    document["entries"][5]["person"] = "friend"


def drop_entry(document):
    del document["entries"][5]


def change_winner(document):
    row = next(row for row in document["entries"] if row["got"] == "blank")
    row["got"] = "phone"


def change_quantity(document):
    document["table"]["prizes"][0]["quantity"] = 1


def change_seed(document):
    document["seed"] = bytes(32).hex()


@pytest.mark.parametrize(
    "tamper", [change_entry, drop_entry, change_winner, change_quantity, change_seed]
)
def test_tampering_with_an_instant_draw_is_found(tamper, tmp_path):
    document = copy.deepcopy(publish_instant(SEED, TABLE, "v3", entries(60)))
    tamper(document)

    status, lines = verify(tmp_path, document)

    assert status == 1
    assert lines[-1].startswith("DIFFERS")


PEOPLE = [f"赵{n}" for n in range(57)]


def test_a_draw_among_entrants_is_recomputed(tmp_path):
    document = publish_among(SEED, "open", "v1", PEOPLE, TABLE.prizes)
    status, lines = verify(tmp_path, document)

    assert (status, lines[-1]) == (0, "as published")
    assert [line.split() for line in lines[:-1]] == document["winners"]
    assert len({entrant for _, entrant in document["winners"]}) == 32


@pytest.mark.parametrize("change", ["add", "remove", "rename", "winner"])
def test_one_changed_entrant_is_found(change, tmp_path):
    document = copy.deepcopy(publish_among(SEED, "open", "v1", PEOPLE, TABLE.prizes))
    if change == "add":
        document["entrants"].append("zz")
    elif change == "remove":
        loser = set(PEOPLE) - {entrant for _, entrant in document["winners"]}
        document["entrants"].remove(min(loser))
    elif change == "rename":
        document["entrants"][3] += "'"
    else:
        document["winners"][0][1] = document["winners"][1][1]

    status, lines = verify(tmp_path, document)

    assert status == 1
    assert "DIFFERS" in lines[-1]


def test_the_order_of_the_list_decides_nothing_and_nobody_stands_on_it_twice():
    forwards = draw_among(SEED, "open", PEOPLE, TABLE.prizes)

    assert draw_among(SEED, "open", PEOPLE[::-1], TABLE.prizes) == forwards
    with pytest.raises(PrizeTableRefused):
        draw_among(SEED, "open", [*PEOPLE, PEOPLE[0]], TABLE.prizes)
    assert len(draw_among(SEED, "open", PEOPLE[:3], TABLE.prizes)) == 3


def test_a_beacon_round_lies_in_the_future():
    # rounds at 100, 103, 106: after 103 the next is round 3 at 106
    assert [beacon_round(at, genesis=100, period=3) for at in (50, 99, 102, 103, 106)] == [
        1,
        1,
        2,
        3,
        4,
    ]
    assert beacon_seed(b"r", "x") != beacon_seed(b"r", "y")


def sealed(outside="3021.55"):
    return publish_sealed(SEED, "open", "v3", PEOPLE, TABLE.prizes, outside=outside)


def test_a_sealed_draw_is_committed_to_before_anybody_enters(tmp_path):
    assert (
        sealed()["commitment"] == publish_sealed(SEED, "open", "v3", [], TABLE.prizes)["commitment"]
    )
    # printf '%b3021.55%s' "$(seed's bytes)" ROOT | openssl dgst -sha256 is what the seed is
    assert sealed_seed(b"abc", "", "") == bytes.fromhex(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )  # FIPS 180-2, appendix B.1
    assert sealed()["winners"] != sealed("3021.56")["winners"]
    assert verify(tmp_path, sealed())[0] == 0
    assert verify(tmp_path, publish_sealed(SEED, "open", "v3", [], TABLE.prizes))[0] == 0


@pytest.mark.parametrize("change", ["entrant", "outside", "secret", "prize", "winner", "root"])
def test_every_tampering_with_a_sealed_draw_is_found(tmp_path, change):
    document = sealed()
    match change:
        case "entrant":
            document["entrants"][3] += "'"
        case "outside":
            document["outside"] = "3021.56"
        case "secret":
            document["seed"] = bytes(32).hex()
        case "prize":
            document["prizes"][1]["quantity"] -= 1
        case "winner":
            document["winners"][0][1] = document["winners"][1][1]
        case "root":
            document["root"] = document["root"][::-1]

    status, lines = verify(tmp_path, document)

    assert status == 1
    assert "DIFFERS" in lines[-1]
