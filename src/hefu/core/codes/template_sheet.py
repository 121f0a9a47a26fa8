"""A maker's own codes as text, by the million, as ``sheet.Sheet`` does for the default code."""

from collections.abc import Iterator
from datetime import date

import numpy as np
from numpy.typing import NDArray

from hefu.core.codes.bulk import CHUNK, seal_serials
from hefu.core.codes.errors import BadTemplate
from hefu.core.codes.seal import Sealer
from hefu.core.codes.template import Template

_FIELD = "{code}"


class TemplateSheet:
    """Rows of one batch of a template: everything is fixed but the seal.

    Args:
        template: of the maker.
        sealer: of the batch; its seal must fit into the template's.
        pattern: one row, with ``{code}`` in it at least once.
        model, made_on, batch, channel: what the batch's codes say in clear.

    Raises:
        BadTemplate: a field is missing or not of the template, or the pattern has no ``{code}``.
        BadNumber: the date is not in 2000 to 2099.
        ValueError: the sealer's seal has more bits than the template's.
    """

    def __init__(
        self,
        template: Template,
        sealer: Sealer,
        *,
        pattern: str = "{code}\n",
        model: str | None = None,
        made_on: date | None = None,
        batch: str | None = None,
        channel: str | None = None,
    ) -> None:
        part = template.seal
        if sealer.seal.bits > part.bits:
            raise ValueError("the seal does not fit into the template")
        if _FIELD not in pattern:
            raise BadTemplate(field="pattern", reason="needs {code}")
        self._sealer = sealer
        self._chars = np.frombuffer(part.alphabet.chars.encode("ascii"), dtype=np.uint8)
        before, after = template.compose_around(
            model=model, made_on=made_on, batch=batch, channel=channel
        )
        self._width = part.chars
        self._starts: list[int] = []
        first, *others = pattern.split(_FIELD)
        row = first.encode()
        for text in others:
            row += before.encode()
            self._starts.append(len(row))
            row += b"0" * part.chars + after.encode() + text.encode()
        self._row = row

    def chunks(self, start: int, stop: int) -> Iterator[NDArray[np.uint8]]:
        """Rows for serials ``start`` to ``stop - 1``.

        Raises:
            ValueError: not ``0 <= start <= stop``, or beyond the seal's capacity.
        """
        if not 0 <= start <= stop <= self._sealer.seal.capacity:
            raise ValueError(f"no serials {start} to {stop}")
        fixed = np.frombuffer(self._row, dtype=np.uint8)
        base = np.uint64(len(self._chars))
        for at in range(start, stop, CHUNK):
            serials = np.arange(at, min(at + CHUNK, stop), dtype="<u8")
            rest = seal_serials(self._sealer, serials)
            rows = np.tile(fixed, (len(serials), 1))
            for place in reversed(range(self._width)):
                rest, digit = np.divmod(rest, base)
                for first in self._starts:
                    rows[:, first + place] = self._chars[digit]
            yield rows.reshape(-1)

    def text(self, start: int, stop: int) -> bytes:
        """All rows for serials ``start`` to ``stop - 1`` at once.

        Raises:
            ValueError: not ``0 <= start <= stop``, or beyond the seal's capacity.
        """
        return b"".join(bytes(chunk.data) for chunk in self.chunks(start, stop))
