"""Group commit (成组提交): waiting requests share one transaction.

One group is under way at a time; whoever arrives meanwhile is in the next. So a lone request
waits for one commit, a crowd for at most two, and the disk is asked once a group. Nobody is
answered before the group that holds them is committed.

A group has a fixed price (a transaction, a flush; as much as thirty scans), so under load it pays
to let it fill: a group starts when about as many wait as were seen at once a moment ago, or when
the first has waited two milliseconds. After a lone one the next starts at once.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Generic, TypeVar, cast

from django.db import DatabaseError, InterfaceError, connection

In = TypeVar("In")
Out = TypeVar("Out")
Done = Callable[[Out | None, BaseException | None], None]


PATIENCE = 0.002  # seconds the first of a group waits for company at most
SHARE = 0.9  # of those seen at once, in the last group and behind it: enough company


class Overloaded(Exception):
    """More are waiting than would be answered in time."""


@contextmanager
def renewing_connection() -> Iterator[None]:
    """Do a group's work; a connection that died of it is not used for the next."""
    try:
        yield
    except (DatabaseError, InterfaceError):
        connection.close()
        raise


class GroupCommit(Generic[In, Out]):
    """Collects items of one event loop and hands them to ``commit`` in groups, on one thread.

    ``commit`` takes up to ``most`` items and returns one result each, in order; when it raises,
    every item of that group gets the error and the next group is tried afresh.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[In]], Sequence[Out]],
        *,
        most: int = 256,
        waiting: int = 4096,
    ) -> None:
        self._commit = commit
        self._most = most
        self._longest = waiting
        self._waiting: list[tuple[In, Done[Out]]] = []
        self._busy = False
        self._enough = 1
        self._timer: asyncio.TimerHandle | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="group-commit")

    def submit(self, item: In) -> "asyncio.Future[Out]":
        """Queue ``item``; the future is done when its group is committed.

        Raises:
            Overloaded: the queue is full; nothing was taken.
        """
        future: asyncio.Future[Out] = asyncio.get_running_loop().create_future()

        def done(result: Out | None, error: BaseException | None) -> None:
            if future.done():  # the client hung up
                return
            if error is None:
                future.set_result(cast("Out", result))
            else:
                future.set_exception(error)

        self.enter(item, done)
        return future

    def enter(self, item: In, done: "Done[Out]") -> None:
        """Queue ``item``; ``done`` is called on the loop with its result, or None and an error.

        Raises:
            Overloaded: the queue is full; nothing was taken.
        """
        if len(self._waiting) >= self._longest:
            raise Overloaded
        self._waiting.append((item, done))
        if not self._busy:
            self._consider(asyncio.get_running_loop())

    def close(self) -> None:
        """Let the group under way finish and stop the thread."""
        self._thread.shutdown()

    def _consider(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start a group if enough are waiting, else see to it that the first waits not long."""
        if len(self._waiting) >= self._enough:
            self._busy = True
            # not at once: what the loop has already read joins the group
            loop.call_soon(self._start, loop)
        elif self._timer is None:
            self._timer = loop.call_later(PATIENCE, self._lose_patience, loop)

    def _lose_patience(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        if not self._busy and self._waiting:
            self._busy = True
            self._start(loop)

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        self._thread.submit(self._work, loop, group)

    def _work(self, loop: asyncio.AbstractEventLoop, group: list[tuple[In, "Done[Out]"]]) -> None:
        """Commit a group, on the thread."""
        results: Sequence[Out] = ()
        error: BaseException | None = None
        try:
            results = self._commit([item for item, _ in group])
        except BaseException as raised:  # noqa: BLE001  (told to everybody who waits)
            error = raised
        try:
            loop.call_soon_threadsafe(self._finish, loop, group, results, error)
        except RuntimeError:  # the loop was closed: nobody waits any more
            return

    def _finish(
        self, loop: asyncio.AbstractEventLoop, group: list[tuple[In, "Done[Out]"]],
        results: Sequence[Out], error: BaseException | None,
    ) -> None:  # fmt: skip
        self._enough = max(1, int((len(group) + len(self._waiting)) * SHARE))
        if error is None:
            for (_, done), result in zip(group, results, strict=True):
                done(result, None)
        else:
            for _, done in group:
                done(None, error)
        self._busy = False
        if self._waiting:
            self._consider(loop)
