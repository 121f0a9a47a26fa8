"""Chunks replayed in several processes (并行重放), and settled in their order by this one.

Nothing here may import Django: a spawned process imports this module first and has no settings.
"""

import os
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from hefu.core.backtest import Progress, Replayed, replay_apart, write_plan

#: Orders in a chunk: about a fifth of a second of work.
CHUNK = 400

#: Fewer bytes of orders than this are not worth starting processes for.
WORTH_IT = 2_000_000


class _UnderWay(NamedTuple):
    chunk: bytes
    told: list[dict[str, Any]]
    answer: "Future[Replayed] | Replayed"
    stop: int  # where the chunk ends in the file


def replayed(progress: Progress, orders: Path, *, start: int, processes: int) -> Iterator[int]:
    """Replay a file of orders from a byte on; yields where it is after each settled chunk.

    ``progress`` is what was found before ``start``, and is moved on.

    Raises:
        OrdersUnreadable: a line is no order.
    """
    plan = write_plan(progress.compiled.plan)
    if processes > 1 and orders.stat().st_size - start < WORTH_IT:
        processes = 1
    with orders.open("rb") as file, _workers(processes) as pool:
        file.seek(start)
        under_way: deque[_UnderWay] = deque()
        for chunk, stop in _chunks(file):
            told = progress.told(chunk)
            answer = (
                pool.submit(replay_apart, plan, chunk, told)
                if pool
                else replay_apart(plan, chunk, told)
            )
            under_way.append(_UnderWay(chunk, told, answer, stop))
            if len(under_way) > 2 * (processes - 1):
                yield _settle(progress, under_way.popleft())
        while under_way:
            yield _settle(progress, under_way.popleft())


def _settle(progress: Progress, one: _UnderWay) -> int:
    answer = one.answer.result() if isinstance(one.answer, Future) else one.answer
    progress.settle(one.chunk, one.told, answer)
    return one.stop


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    stop = file.tell()
    while lines := list(islice(file, CHUNK)):
        chunk = b"".join(lines)
        stop += len(chunk)
        yield chunk, stop


@contextmanager
def _workers(processes: int) -> Iterator[ProcessPoolExecutor | None]:
    """Start fresh processes (a forked one would share this one's database connection)."""
    if processes < 2:
        yield None
        return
    pool = ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_end_with_parent
    )
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _end_with_parent() -> None:
    """Let a worker end when the process that feeds it is killed; it would wait for ever."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_wait_for, args=(parent,), daemon=True).start()


def _wait_for(parent: Any) -> None:
    parent.join()
    os._exit(1)
