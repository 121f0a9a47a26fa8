"""Draws that anybody can recompute (抽奖): commit, draw with integer weights, reveal.

The contract is ``docs/algorithms/draws.md``; ``scripts/verify_draw.py`` recomputes a
published draw with the standard library alone. Seeds come from the caller.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, ClassVar, Literal

from hefu.core.errors import DomainError

_SPAN = 1 << 64

#: The chain's hash before the first entry.
CHAIN_START = "0" * 64


class PrizeTooValuable(DomainError):
    """A prize exceeds the cap of the law; details: prize, value, cap, rule."""

    code: ClassVar[str] = "draws.prize_too_valuable"


class PrizeTableRefused(DomainError):
    """A prize table or list of entrants cannot be drawn from; details: field, reason."""

    code: ClassVar[str] = "draws.prize_table_refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Prize:
    """So many units of one prize; ``value_fen`` is the market price of one."""

    id: str
    value_fen: int
    quantity: int
    weight: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class PrizeTable:
    """The published terms of an instant draw; times are whole seconds since 1970, UTC.

    ``prizes`` from the highest to the lowest. ``cap_person`` and the like limit entries
    (0: no limit). ``excluded`` are pseudonyms of those who may not win.
    """

    campaign: str
    starts: int
    ends: int
    prizes: tuple[Prize, ...]
    blank_weight: int
    fallback: Literal["next", "none"] = "next"
    cap_person: int = 0
    cap_device: int = 0
    cap_code: int = 0
    excluded: tuple[str, ...] = ()

    @property
    def total_weight(self) -> int:
        """The number of equally likely outcomes."""
        return self.blank_weight + sum(prize.weight for prize in self.prizes)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One chance: who (pseudonyms), with which code, when (whole seconds since 1970)."""

    id: str
    at: int
    person: str = ""
    device: str = ""
    code: str = ""


class Outcome(StrEnum):
    """What an entry got, where it is no prize."""

    BLANK = "blank"
    GONE = "gone"  # a prize was drawn, but no unit was free
    REFUSED = "refused"  # beyond a cap
    EXCLUDED = "excluded"


def check_prizes(prizes: Sequence[Prize], *, cap_fen: int, rule: str) -> None:
    """Refuse prizes that the law does not allow, naming the rule.

    Raises:
        PrizeTooValuable: if one prize is worth more than ``cap_fen``.
    """
    for prize in prizes:
        if prize.value_fen > cap_fen:
            raise PrizeTooValuable(
                prize=prize.id, value_fen=prize.value_fen, cap_fen=cap_fen, rule=rule
            )


def check_table(table: PrizeTable) -> None:
    """Refuse a table that cannot be drawn from.

    Raises:
        PrizeTableRefused: naming the field and the reason.
    """
    if table.ends <= table.starts:
        raise PrizeTableRefused(field="ends", reason="must be after the start")
    if table.blank_weight < 0 or table.total_weight < 1:
        raise PrizeTableRefused(field="blank_weight", reason="the weights must sum to 1 or more")
    if len({prize.id for prize in table.prizes}) != len(table.prizes):
        raise PrizeTableRefused(field="prizes", reason="two prizes share an id")
    for prize in table.prizes:
        if prize.weight < 0 or prize.quantity < 1 or prize.value_fen < 0:
            raise PrizeTableRefused(
                field="prizes", prize=prize.id, reason="weight, quantity or value out of range"
            )
        if prize.id in tuple(Outcome) or not prize.id:
            raise PrizeTableRefused(field="prizes", prize=prize.id, reason="the id is reserved")


def canonical(document: Any) -> bytes:
    """Write plain JSON values canonically: keys sorted, no spaces, UTF-8."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def table_hash(table: PrizeTable) -> str:
    """Return the SHA-256 of the published table, in hex."""
    return hashlib.sha256(canonical(asdict(table))).hexdigest()


def commitment(seed: bytes, rules_version: str, bound: str) -> str:
    """Commit to a seed, the rules and a table hash or Merkle root; in hex.

    Raises:
        ValueError: if the seed has not 32 bytes.
    """
    if len(seed) != 32:
        raise ValueError("a seed has 32 bytes")
    return hashlib.sha256(seed + f"{rules_version}\x00{bound}".encode()).hexdigest()


def number(seed: bytes, label: str) -> int:
    """Return the 64-bit number of a label."""
    return int.from_bytes(hmac.digest(seed, label.encode(), "sha256")[:8], "big")


def choose(seed: bytes, label: str, among: int) -> int:
    """Choose 0 .. ``among`` - 1 with exactly equal chances (rejection sampling)."""
    limit = _SPAN - _SPAN % among
    counter = 0
    while (value := number(seed, f"{label}|{counter}")) >= limit:
        counter += 1
    return value % among


def release_times(seed: bytes, table: PrizeTable, prize: Prize) -> list[int]:
    """Return when each unit of a prize becomes free, ascending, in whole seconds."""
    span = table.ends - table.starts
    times = []
    for unit in range(prize.quantity):
        shift = number(seed, f"{table.campaign}|slot|{prize.id}|{unit}")
        times.append(table.starts + (unit * _SPAN + shift) * span // (prize.quantity * _SPAN))
    return times


def wanted(seed: bytes, table: PrizeTable, entry: str) -> list[str]:
    """Return the prizes an entry may take, in order; empty for a blank.

    The first is what its number says, the others are the fallback where none is free.
    """
    place = choose(seed, f"{table.campaign}|{entry}", table.total_weight)
    for rank, prize in enumerate(table.prizes):
        if place < prize.weight:
            stop = len(table.prizes) if table.fallback == "next" else rank + 1
            return [one.id for one in table.prizes[rank:stop]]
        place -= prize.weight
    return []


def chained(previous: str, entry: Entry) -> str:
    """Return the hash of the chain after one more entry, in hex."""
    return hashlib.sha256(previous.encode() + canonical(asdict(entry))).hexdigest()


def replay(seed: bytes, table: PrizeTable, entries: Sequence[Entry]) -> list[str]:
    """Return what every entry gets: a prize id or an ``Outcome``, in chain order.

    Raises:
        PrizeTableRefused: if the table cannot be drawn from.
    """
    check_table(table)
    free = {prize.id: release_times(seed, table, prize) for prize in table.prizes}
    seen: dict[tuple[str, str], int] = {}
    return [_outcome(seed, table, entry, free, seen) for entry in entries]


def _outcome(
    seed: bytes,
    table: PrizeTable,
    entry: Entry,
    free: dict[str, list[int]],
    seen: dict[tuple[str, str], int],
) -> str:
    if entry.person in table.excluded:
        return Outcome.EXCLUDED
    keys = (
        ("person", entry.person, table.cap_person),
        ("device", entry.device, table.cap_device),
        ("code", entry.code, table.cap_code),
    )
    if any(cap and seen.get((kind, key), 0) >= cap for kind, key, cap in keys if key):
        return Outcome.REFUSED
    for kind, key, _ in keys:
        seen[kind, key] = seen.get((kind, key), 0) + 1
    prizes = wanted(seed, table, entry.id)
    for prize in prizes:
        if free[prize] and free[prize][0] <= entry.at:
            free[prize].pop(0)
            return prize
    return Outcome.GONE if prizes else Outcome.BLANK


def draw_among(
    seed: bytes, campaign: str, entrants: Sequence[str], prizes: Sequence[Prize]
) -> list[tuple[str, str]]:
    """Draw every unit of every prize among the entrants; nobody wins twice.

    Returns (prize, entrant) in the order drawn; fewer than units if entrants run out.

    Raises:
        PrizeTableRefused: if an entrant stands on the list twice.
    """
    left = sorted(entrants)
    if len(set(left)) != len(left):
        raise PrizeTableRefused(field="entrants", reason="an entrant stands on the list twice")
    winners = []
    for prize in prizes:
        for unit in range(prize.quantity):
            if left:
                place = choose(seed, f"{campaign}|{prize.id}#{unit}", len(left))
                winners.append((prize.id, left.pop(place)))
    return winners


def _leaf(entrant: str) -> bytes:
    return hashlib.sha256(b"\x00" + entrant.encode()).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _tree(leaves: Sequence[bytes], visit: Callable[[int, int, bytes], None]) -> bytes:
    """Hash a tree (RFC 6962, section 2.1), telling ``visit`` every subtree's hash."""

    def descend(low: int, high: int) -> bytes:
        if high - low == 1:
            found = leaves[low]
        else:
            middle = low + (1 << (high - low - 1).bit_length() - 1)
            found = _node(descend(low, middle), descend(middle, high))
        visit(low, high, found)
        return found

    return descend(0, len(leaves)) if leaves else hashlib.sha256(b"").digest()


def merkle_root(entrants: Sequence[str]) -> str:
    """Return the Merkle root of the sorted entrants (RFC 6962), in hex."""
    return _tree([_leaf(one) for one in sorted(entrants)], lambda *_: None).hex()


def merkle_path(entrants: Sequence[str], entrant: str) -> list[tuple[str, str]]:
    """Return the receipt of one entrant: (side, hash) from the leaf to the root.

    Raises:
        PrizeTableRefused: if the entrant is not on the list.
    """
    ordered = sorted(entrants)
    if entrant not in ordered:
        raise PrizeTableRefused(field="entrants", reason="not on the list")
    hashes: dict[tuple[int, int], bytes] = {}

    def note(low: int, high: int, found: bytes) -> None:
        hashes[low, high] = found

    _tree([_leaf(one) for one in ordered], note)
    place, low, high, path = ordered.index(entrant), 0, len(ordered), []
    while high - low > 1:
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        if place < middle:
            path.append(("right", hashes[middle, high].hex()))
            high = middle
        else:
            path.append(("left", hashes[low, middle].hex()))
            low = middle
    return path[::-1]


def path_leads_to(entrant: str, path: Sequence[tuple[str, str]], root: str) -> bool:
    """Check a receipt against the published root."""
    found = _leaf(entrant)
    for side, other in path:
        sibling = bytes.fromhex(other)
        found = _node(sibling, found) if side == "left" else _node(found, sibling)
    return found.hex() == root


def beacon_round(at: int, *, genesis: int, period: int) -> int:
    """Return the first round of a public beacon that is published after ``at`` (seconds)."""
    return max(1, (at - genesis) // period + 2)


def beacon_seed(randomness: bytes, root: str) -> bytes:
    """Return the seed that a beacon's round gives to a closed list."""
    return hashlib.sha256(randomness + root.encode()).digest()


def publish_instant(
    seed: bytes, table: PrizeTable, rules_version: str, entries: Sequence[Entry]
) -> dict[str, Any]:
    """Return the document from which anybody recomputes an instant draw after its end."""
    head, rows = CHAIN_START, []
    for entry, got in zip(entries, replay(seed, table, entries), strict=True):
        head = chained(head, entry)
        rows.append({**asdict(entry), "hash": head, "got": str(got)})
    return {
        "kind": "instant",
        "rules_version": rules_version,
        "commitment": commitment(seed, rules_version, table_hash(table)),
        "seed": seed.hex(),
        "table": asdict(table),
        "entries": rows,
        "head": head,
    }


def publish_among(
    seed: bytes,
    campaign: str,
    rules_version: str,
    entrants: Sequence[str],
    prizes: Sequence[Prize],
) -> dict[str, Any]:
    """Return the document from which anybody recomputes a draw among entrants."""
    root = merkle_root(entrants)
    return {
        "kind": "among",
        "campaign": campaign,
        "rules_version": rules_version,
        "commitment": commitment(seed, rules_version, root),
        "seed": seed.hex(),
        "root": root,
        "prizes": [asdict(prize) for prize in prizes],
        "entrants": sorted(entrants),
        "winners": [list(pair) for pair in draw_among(seed, campaign, entrants, prizes)],
    }


def sealed_seed(secret: bytes, outside: str, root: str) -> bytes:
    """Return the seed of a closed list from the secret that was committed to before the start.

    ``outside`` is a value that nobody could know before the list closed; empty where none was
    announced. Neither who holds the secret nor who gives the value can choose the seed alone.
    """
    return beacon_seed(secret + outside.encode(), root)


def prizes_hash(prizes: Sequence[Prize]) -> str:
    """Return the SHA-256 of the published prizes of a draw among entrants, in hex."""
    return hashlib.sha256(canonical([asdict(prize) for prize in prizes])).hexdigest()


def publish_sealed(
    secret: bytes,
    campaign: str,
    rules_version: str,
    entrants: Sequence[str],
    prizes: Sequence[Prize],
    *,
    outside: str = "",
) -> dict[str, Any]:
    """Return the document of a draw among entrants whose commitment stood before its start."""
    seed = sealed_seed(secret, outside, merkle_root(entrants))
    return {
        **publish_among(seed, campaign, rules_version, entrants, prizes),
        "kind": "sealed",
        "commitment": commitment(secret, rules_version, prizes_hash(prizes)),
        "seed": secret.hex(),
        "outside": outside,
    }
