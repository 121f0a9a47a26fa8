"""Group commit for views (成组提交): requests that wait at the same time share one transaction.

Views are blocking functions on threads of their own, so nothing here needs an event loop or a
thread more: whoever comes first commits, at once and on its own connection; whoever arrives
meanwhile waits, and the first of those commits for all of them. A lone request pays nothing, one
of a crowd waits for at most two commits, and nobody is answered before the group that holds him is
on disk.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, TypeVar, cast

from django.db import InterfaceError, OperationalError

from hefu.core.errors import DomainError, Kind

In = TypeVar("In")
Out = TypeVar("Out")

#: Errors that are nobody's own: the database is away, the disk is full.
SHARED = (OperationalError, InterfaceError)

#: Seconds a leader waits in a crowd: those just answered are about to ask again, and without it
#: the first of them would commit alone and keep all others waiting.
GATHER = 0.001


class Crowded(DomainError):
    """More are waiting than would be answered in time; nothing was done."""

    code = "surfaces.crowded"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE


class _Ticket(Generic[In, Out]):
    """One waiting item: woken when it is settled, or when it is its turn to commit."""

    __slots__ = ("error", "item", "result", "settled", "woken")

    def __init__(self, item: In) -> None:
        self.item = item
        self.woken = threading.Event()
        self.settled = False
        self.result: Out | None = None
        self.error: BaseException | None = None

    def settle(self, result: Out | None, error: BaseException | None = None) -> None:
        self.result, self.error, self.settled = result, error, True
        self.woken.set()

    def outcome(self) -> Out:
        if self.error is not None:
            raise self.error
        return cast("Out", self.result)


class Grouping(Generic[In, Out]):
    """Hands items of many threads to ``commit`` in groups, one group at a time.

    ``commit`` takes up to ``most`` items, does all of them in one transaction or nothing, and
    returns one result each, in order. An error of a group of many is met by trying each item
    alone, so that it reaches the request it belongs to; one of ``SHARED`` reaches all at once.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[In]], Sequence[Out]],
        *,
        most: int = 64,
        waiting: int = 1024,
    ) -> None:
        self._commit = commit
        self._most = most
        self._longest = waiting
        self._lock = threading.Lock()
        self._queue: deque[_Ticket[In, Out]] = deque()
        self._busy = False
        self._crowd = False  # the last group was of more than one

    def alone(self, item: In) -> Out:
        """Return what ``commit`` gives for ``item`` now, in this thread, with nobody else's."""
        return self._commit([item])[0]

    def submit(self, item: In) -> Out:
        """Return what ``commit`` gave for ``item``, once its group is committed.

        Raises:
            Crowded: the queue is full; nothing was taken.
            Exception: whatever ``commit`` raised for this item.
        """
        ticket: _Ticket[In, Out] = _Ticket(item)
        with self._lock:
            if len(self._queue) >= self._longest:
                raise Crowded
            self._queue.append(ticket)
            first, self._busy = not self._busy, True
        if not first:
            ticket.woken.wait()
        if not ticket.settled:
            self._lead()
        return ticket.outcome()

    def _lead(self) -> None:
        """Commit the group at the head of the queue, then wake whoever leads the next."""
        if self._crowd:
            time.sleep(GATHER)
        with self._lock:
            count = min(self._most, len(self._queue))
            self._crowd = count > 1
            group = [self._queue.popleft() for _ in range(count)]
        try:
            self._settle(group)
        finally:
            with self._lock:
                if self._queue:
                    self._queue[0].woken.set()
                else:
                    self._busy = False

    def _settle(self, group: Sequence[_Ticket[In, Out]]) -> None:
        try:
            results = self._commit([ticket.item for ticket in group])
        except Exception as error:  # noqa: BLE001  (raised again in the thread it belongs to)
            if len(group) == 1 or isinstance(error, SHARED):
                _refuse(group, error)
            else:
                for ticket in group:
                    self._settle([ticket])
        except BaseException as error:  # noqa: BLE001  (told to stop: the others must not hang)
            _refuse(group, error)
        else:
            for ticket, result in zip(group, results, strict=True):
                ticket.settle(result)


def _refuse(group: Sequence[_Ticket[In, Out]], error: BaseException) -> None:
    for ticket in group:
        ticket.settle(None, error)
