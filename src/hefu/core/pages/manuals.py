"""Which manual fits a unit (说明书版本匹配), and whether a newer one exists (R102)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from hefu.core.pages.languages import choose_language
from hefu.core.pages.values import ManualKind, ManualVersion, PageContent


@dataclass(frozen=True, kw_only=True, slots=True)
class Fit:
    """``fits`` is the edition for the unit, None if none is; ``newest`` the newest of all."""

    fits: ManualVersion | None
    newest: ManualVersion | None

    @property
    def newer(self) -> ManualVersion | None:
        """The newest edition, if it is another one than the one that fits."""
        return None if self.newest == self.fits else self.newest


def manual_for(
    content: PageContent, *, kind: ManualKind, languages: Sequence[str], batch: str = "",
    made_on: date | None = None,
) -> Fit:  # fmt: skip
    """Find the edition of a document for a unit, and the newest edition.

    Who asks without a unit (no batch, no production day) is given the newest. The language that
    suits best is decided first among the editions that fit; the newest is of the same language.
    Of several that fit the more closely described wins (batches before dates before neither), then
    the one issued later, then the one further down.
    """
    editions = [one for one in content.manuals if one.kind is kind]
    fitting = editions
    if batch or made_on is not None:
        fitting = [one for one in editions if _fits(one, batch, made_on)]
    among = fitting or editions
    language = choose_language((one.language for one in among), languages)
    newest = _last([one for one in editions if one.language == language], _issued)
    if not batch and made_on is None:
        return Fit(fits=newest, newest=newest)
    fits = _last([one for one in fitting if one.language == language], _close)
    return Fit(fits=fits, newest=newest)


def kinds_of(content: PageContent) -> tuple[ManualKind, ...]:
    """Return the kinds of document the page offers, in the order of ``ManualKind``."""
    there = {one.kind for one in content.manuals}
    return tuple(kind for kind in ManualKind if kind in there)


def _fits(manual: ManualVersion, batch: str, made_on: date | None) -> bool:
    if manual.batches and not {batch, f"{made_on}/{batch}"} & set(manual.batches):
        return False
    if manual.made_from and (made_on is None or made_on < manual.made_from):
        return False
    return not (manual.made_until and (made_on is None or made_on > manual.made_until))


def _issued(manual: ManualVersion) -> tuple[int, ...]:
    return (manual.issued_on.toordinal() if manual.issued_on else 0,)


def _close(manual: ManualVersion) -> tuple[int, ...]:
    dated = bool(manual.made_from or manual.made_until)
    return (bool(manual.batches), dated, *_issued(manual))


def _last(
    manuals: Sequence[ManualVersion], order: Callable[[ManualVersion], tuple[int, ...]]
) -> ManualVersion | None:
    """The greatest by ``order``; of equals the one further down, as editions are added below."""
    best: ManualVersion | None = None
    for one in manuals:
        if best is None or order(one) >= order(best):
            best = one
    return best
