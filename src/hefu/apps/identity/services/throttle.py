"""Guessing (猜码) made useless: unknown codes are counted, and whoever has too many must wait.

Only unknown codes cost anything. A check of a genuine code never does, and neither does a slip
that the check character finds: that needs no secret, so it teaches nothing. Three buckets are drawn
from: the device's, the network address's (roomy, for many people share one) and one for the whole
process. When the last is empty somebody guesses from many places at once: then everybody who has
missed lately waits, and everybody else goes on undisturbed.

Buckets live in this process. Several processes are that many times as patient.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address

from hefu.apps.audit.services import publish, record, service
from hefu.apps.identity.errors.life import TooManyMisses
from hefu.apps.identity.events import GuessingSuspected
from hefu.apps.identity.models import GuessAlarm
from hefu.apps.identity.rows import execute, given, packed, stored
from hefu.apps.identity.services.traces import trace
from hefu.core.actor import Actor

#: Every miss is answered this many seconds after it came in, whatever it took to find out.
MISS_SECONDS = 0.05

ROOM = 65_536  # sources remembered per scope; the longest unused are forgotten
HARDEST = 6  # strikes that still slow down: 64 times
FORGIVEN_AFTER = 3600.0  # seconds of quiet for one strike

Scope = GuessAlarm.Scope


@dataclass(frozen=True, kw_only=True, slots=True)
class BucketPolicy:
    """So many misses at once, and so many more per minute."""

    capacity: float
    per_minute: float


POLICIES = {
    Scope.DEVICE: BucketPolicy(capacity=10, per_minute=1),
    Scope.ADDRESS: BucketPolicy(capacity=60, per_minute=6),
    Scope.GLOBAL: BucketPolicy(capacity=600, per_minute=60),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Bucket:
    """What one source has left; ``at`` in seconds. Every time it runs empty is a strike."""

    level: float
    at: float
    strikes: int = 0


def refilled(bucket: Bucket, policy: BucketPolicy, *, now: float) -> Bucket:
    """Return the bucket at ``now``: each strike halves its stream, each quiet hour forgives one."""
    quiet = max(0.0, now - bucket.at)
    rate = policy.per_minute / 60 / 2.0 ** min(bucket.strikes, HARDEST)
    return Bucket(
        level=min(policy.capacity, bucket.level + quiet * rate),
        at=max(now, bucket.at),
        strikes=max(0, bucket.strikes - int(quiet / FORGIVEN_AFTER)),
    )


def drawn(bucket: Bucket, policy: BucketPolicy, *, now: float) -> Bucket:
    """Return the bucket after one more miss at ``now``."""
    full = refilled(bucket, policy, now=now)
    left = max(0.0, full.level - 1)
    return replace(full, level=left, strikes=full.strikes + (left < 1))


def wait(bucket: Bucket, policy: BucketPolicy, *, now: float) -> float:
    """Return how many seconds must pass before the next miss is affordable; 0 is none."""
    current = refilled(bucket, policy, now=now)
    rate = policy.per_minute / 60 / 2.0 ** min(current.strikes, HARDEST)
    return max(0.0, (1 - current.level) / rate)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Who asks, as far as it can be told; both may be empty."""

    device: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """A bucket ran empty: ``misses`` in this hour so far."""

    scope: GuessAlarm.Scope
    source_key: str
    misses: int


@dataclass(kw_only=True, slots=True)
class _Record:
    """What is remembered of one source."""

    bucket: Bucket
    hour: int = 0
    misses: int = 0  # in that hour
    alarmed: bool = False  # in that hour


@dataclass(kw_only=True)
class GuessThrottle:
    """The buckets of one process; shared by threads, bounded."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _known: dict[GuessAlarm.Scope, OrderedDict[str, _Record]] = field(
        default_factory=lambda: {scope: OrderedDict() for scope in POLICIES}
    )

    @property
    def calm(self) -> bool:
        """Whether nobody has missed since we started: then everybody is admitted."""
        return not self._known[Scope.DEVICE] and not self._known[Scope.ADDRESS]

    def admit(self, source: Source, *, now: datetime) -> None:
        """Let a source check a code.

        Raises:
            TooManyMisses: it has to wait first; ``details['retry_after']`` in whole seconds.
        """
        if self.calm:
            return
        at = now.timestamp()
        with self._lock:
            seconds = self._wait(_keys(source), at)
        if seconds > 0:
            raise TooManyMisses(retry_after=int(seconds) + 1)

    def miss(self, source: Source, *, now: datetime) -> list[Alarm]:
        """Charge one unknown code; returns what ``raise_alarms`` should tell, usually nothing."""
        at = now.timestamp()
        with self._lock:
            drawn_from = [*_keys(source), (Scope.GLOBAL, "")]
            alarms = [self._draw(scope, key, at) for scope, key in drawn_from]
        return [alarm for alarm in alarms if alarm is not None]

    def clear(self) -> None:
        """Forget everybody."""
        with self._lock:
            for records in self._known.values():
                records.clear()

    def _wait(self, keys: Sequence[tuple[GuessAlarm.Scope, str]], at: float) -> float:
        known = [
            (POLICIES[scope], self._known[scope][key].bucket)
            for scope, key in keys
            if key in self._known[scope]
        ]
        own = max((wait(bucket, policy, now=at) for policy, bucket in known), default=0.0)
        everybody = self._known[Scope.GLOBAL].get("")
        if everybody is None:
            return own
        missed_lately = any(
            refilled(bucket, policy, now=at).level < policy.capacity for policy, bucket in known
        )
        strained = wait(everybody.bucket, POLICIES[Scope.GLOBAL], now=at)
        return max(own, strained) if missed_lately else own

    def _draw(self, scope: GuessAlarm.Scope, key: str, at: float) -> Alarm | None:
        policy, records = POLICIES[scope], self._known[scope]
        found = records.get(key)
        if found is None:
            found = records[key] = _Record(bucket=Bucket(level=policy.capacity, at=at))
            if len(records) > ROOM:
                records.popitem(last=False)
        records.move_to_end(key)
        if found.hour != int(at // 3600):
            found.hour, found.misses, found.alarmed = int(at // 3600), 0, False
        found.bucket = drawn(found.bucket, policy, now=at)
        found.misses += 1
        if found.alarmed or found.bucket.level >= 1:
            return None
        found.alarmed = True
        return Alarm(scope=scope, source_key=key, misses=found.misses)


#: The throttle of this process.
THROTTLE = GuessThrottle()


def _keys(source: Source) -> list[tuple[GuessAlarm.Scope, str]]:
    pairs = (
        (Scope.DEVICE, trace("device", source.device)),
        (Scope.ADDRESS, trace("address", _network(source.address))),
    )
    return [(scope, key) for scope, key in pairs if key]


@lru_cache(maxsize=8192)
def _network(address: str) -> str:
    """An IPv6 customer has 2^64 addresses and counts as one; so do their textual variants."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(IPv6Network((parsed, 64), strict=False))
    return str(parsed)


def pause_before_answer(*, seconds_taken: float) -> float:
    """Return how long to hold a miss back, so that no miss tells by its time what it was."""
    return max(0.0, MISS_SECONDS - seconds_taken)


_ALARMS = {"scope": "text", "source_key": "text", "misses": "integer"}


@service
def raise_alarms(actor: Actor, *, alarms: Sequence[Alarm], now: datetime) -> int:
    """Write down who guesses and tell those who react, once per source and hour.

    Safe to race and to repeat: the unique key decides. Returns how many were new.
    """
    if not alarms:
        return 0
    hour = now.replace(minute=0, second=0, microsecond=0)
    rows = [
        {"scope": one.scope.value, "source_key": one.source_key, "misses": one.misses}
        for one in alarms
    ]
    made = execute(
        f"""
        INSERT INTO identity_guessalarm (scope, source_key, misses, raised_at, hour)
        SELECT scope, source_key, misses, %s, %s FROM {given(_ALARMS)} WHERE true
        ON CONFLICT (scope, source_key, hour) DO NOTHING RETURNING id, scope, misses
        """,  # noqa: S608  (our own column names)
        [stored(now), stored(hour), packed(rows)],
    )
    everybody = replace(actor, brand_id=None)  # guessing concerns the installation
    for pk, scope, misses in made:
        subject = f"identity.guessalarm:{pk}"
        record(
            everybody, "identity.guessing_suspected", subject, now=now, scope=scope, misses=misses
        )
        publish(GuessingSuspected(brand_id=0, alarm_id=pk), now=now)
    return len(made)
