"""The gate (门闩) in front of a flash sale that grants nothing now: it spares the database.

Closed by whoever read that nothing is left (or that the sale is not open), opened at once by a
release in this process; another process's release is seen after ``LOOK_AGAIN`` at the latest, for
then requests are let through until one has looked. Members who hold something are always let
through: they get what is theirs.
"""

import threading
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from hefu.core.errors import DomainError

LOOK_AGAIN = 0.5  # seconds a closed gate is believed without looking
MOST_SALES = 1024  # gates kept; the oldest are forgotten, which only costs a look


@dataclass(frozen=True, kw_only=True, slots=True)
class _Closed:
    refusal: DomainError
    holders: AbstractSet[int]
    until: float


@dataclass(kw_only=True)
class Gate:
    """The gates of one process; ``at`` is a clock in seconds that never goes back."""

    _closed: dict[int, _Closed] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refusal(self, sale_id: int, member_id: int, *, at: float) -> DomainError | None:
        """Say why this member need not ask now; None lets him through."""
        closed = self._closed.get(sale_id)
        if closed is None or member_id in closed.holders or closed.until <= at:
            return None
        return closed.refusal

    def close(
        self, sale_id: int, refusal: DomainError, *, holders: AbstractSet[int], at: float,
        seconds: float = LOOK_AGAIN,
    ) -> None:  # fmt: skip
        """Refuse everybody but ``holders`` for ``seconds``."""
        until = at + min(seconds, LOOK_AGAIN)
        with self._lock:
            self._closed.pop(sale_id, None)
            self._closed[sale_id] = _Closed(refusal=refusal, holders=holders, until=until)
            if len(self._closed) > MOST_SALES:
                del self._closed[next(iter(self._closed))]

    def open(self, sale_id: int) -> None:
        """Let everybody ask again."""
        with self._lock:
            self._closed.pop(sale_id, None)

    def open_all(self) -> None:
        """Forget every gate."""
        with self._lock:
            self._closed.clear()


#: The gates of this process.
GATE = Gate()
