"""Where a backtest keeps its files (回测文件): the list, the orders, the state of its replay."""

import json
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from hefu.core.errors import Invalid

#: The largest list that is taken, in bytes.
MAX_UPLOAD = 300_000_000


@dataclass(frozen=True)
class Folder:
    """One backtest's folder; ``name`` is below the data folder and cannot be guessed."""

    name: str

    @classmethod
    def fresh(cls, brand_id: int) -> "Folder":
        """Make a new folder, readable by nobody else on the machine."""
        folder = cls(f"backtests/{brand_id}/{secrets.token_urlsafe(18)}")
        folder.path.mkdir(parents=True, mode=0o700)
        return folder

    @property
    def path(self) -> Path:
        """The folder itself."""
        return Path(settings.HEFU_DATA) / self.name

    @property
    def upload(self) -> Path:
        """The list as it was uploaded; removed when the orders are made."""
        return self.path / "upload"

    @property
    def orders(self) -> Path:
        """The prepared orders, one per line."""
        return self.path / "orders"

    @property
    def goods(self) -> Path:
        """The articles of the orders."""
        return self.path / "goods.json"

    @property
    def scratch(self) -> Path:
        """What orders are sorted in."""
        return self.path / "scratch.sqlite3"

    @property
    def _state(self) -> Path:
        return self.path / "state.json"

    def share_orders(self, other: "Folder") -> None:
        """Have the same prepared orders as another folder, without a copy where possible."""
        for mine, theirs in ((self.orders, other.orders), (self.goods, other.goods)):
            try:
                os.link(theirs, mine)
            except OSError:
                shutil.copyfile(theirs, mine)

    def write_json(self, path: Path, document: Any) -> None:
        """Write a document so that it is there whole or not at all."""
        fresh = path.with_suffix(".fresh")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=False, separators=(",", ":"))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def keep_state(self, *, offset: int, progress: dict[str, Any]) -> None:
        """Keep how far a replay is: all before byte ``offset`` is in ``progress``."""
        self.write_json(self._state, {"offset": offset, "progress": progress})

    def state(self) -> tuple[int, dict[str, Any]] | None:
        """Return what ``keep_state`` kept last; None before the first time."""
        if not self._state.exists():
            return None
        kept = json.loads(self._state.read_text(encoding="utf-8"))
        return kept["offset"], kept["progress"]

    def read_goods(self) -> list[list[Any]]:
        """Return the articles as they were written."""
        goods: list[list[Any]] = json.loads(self.goods.read_text(encoding="utf-8"))
        return goods

    def forget_work(self) -> None:
        """Remove what only a replay under way needs."""
        for path in (self._state, self.upload, self.scratch):
            path.unlink(missing_ok=True)

    def forget(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.path, ignore_errors=True)


def keep(file: BinaryIO, path: Path) -> None:
    """Write an upload to disk.

    Raises:
        Invalid: it is too large; nothing is kept.
    """
    size = 0
    with path.open("wb") as stream:
        while block := file.read(1 << 20):
            size += len(block)
            if size > MAX_UPLOAD:
                break
            stream.write(block)
    if size > MAX_UPLOAD:
        path.unlink()
        raise Invalid(field="file", rule="too_large", value=MAX_UPLOAD)
