"""What the house holds about a person (个人信息): shown, handed over, forgotten, or kept by law.

Every app that keeps rows of members has one ``Holder``: it names all its tables that refer to a
person, gives their rows as plain tables, forgets them when the account is closed and says what a
rule of law keeps and for how long. Rules of law are dated rows.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from hefu.core.law import in_force

#: What a cell of an export may be.
Plain = str | int | bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A member of one brand; ``address_keys`` are the keyed look-ups of the proved addresses."""

    brand_id: int
    member_id: int
    address_keys: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """One phrase in the languages that members read."""

    zh: str
    en: str

    def read_in(self, language: str) -> str:
        """Return the phrase in ``en``, or in Chinese for every other language."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows about one person; ``name`` is a file's name, ``columns`` say each key in Chinese."""

    name: str
    title: Words
    columns: Mapping[str, str]
    rows: tuple[tuple[Plain, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"{self.name}: a row has not one cell for each column")


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonalFile:
    """A document that the person gave, such as an invoice."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Retention:
    """A rule of law by which a kind of record is kept though its person is forgotten.

    ``verified`` is False where the article was not read in full: a lawyer must look first.
    """

    id: str
    source: Words
    valid_from: date
    years: int
    verified: bool = True


#: By the rule's name in ``law.md``; a change of law is another row with a later day.
RETENTIONS: tuple[Retention, ...] = (
    Retention(
        id="L16", valid_from=date(2019, 1, 1), years=3,
        source=Words(
            zh="电子商务法第三十一条：商品和服务信息、交易信息自交易完成之日起保存不少于三年",
            en="E-Commerce Law, art. 31: records of a transaction are kept for at least three "
            "years from its completion",
        ),
    ),
    Retention(
        id="L06b", valid_from=date(2020, 12, 1), years=2, verified=False,
        source=Words(
            zh="规范促销行为暂行规定第十九条：有奖销售的档案资料保存二年以上",
            en="Provisional Rules on Promotions, art. 19: the file of a draw is kept for at "
            "least two years",
        ),
    ),
    Retention(
        id="L34", valid_from=date(2021, 11, 1), years=3, verified=False,
        source=Words(
            zh="个人信息保护法第十四条、第六十九条：处理者须能证明已取得同意",
            en="Personal Information Protection Law, arts. 14 and 69: whoever processes data "
            "must be able to prove the consent",
        ),
    ),
    Retention(
        id="L37", valid_from=date(2021, 11, 1), years=3, verified=False,
        source=Words(
            zh="个人信息保护法第五十条、第五十五条：个人信息权利请求的处理记录保存三年",
            en="Personal Information Protection Law, arts. 50 and 55: the record of how a "
            "request about personal data was handled is kept for three years",
        ),
    ),
)  # fmt: skip


def retention(rule: str, *, on: date) -> Retention:
    """Return the row of ``rule`` in force on a day; the oldest one before all of them.

    Raises:
        ValueError: there is no such rule.
    """
    rows = [row for row in RETENTIONS if row.id == rule]
    if not rows:
        raise ValueError(f"no rule {rule} keeps records")
    return in_force(rows, on=on)


def kept_until(rule: str, *, since: date) -> date:
    """Return the first day on which a record of ``since`` is not kept any more.

    A 29 February counts as 28 in a year without one.
    """
    years = retention(rule, on=since).years
    try:
        return since.replace(year=since.year + years)
    except ValueError:
        return since.replace(year=since.year + years, day=28)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What forgetting left behind: so many records of a kind, by a rule, until a day."""

    what: str  # a key of the holder's ``kept``
    rule: str  # Retention.id
    count: int
    until: date


@dataclass(frozen=True, kw_only=True)
class Holder:
    """One app's part in a person's rights.

    Args:
        app: its label.
        covers: every model that refers to a member or holds sealed text of theirs, with what
            becomes of it: one of ``Fate``.
        spared: models that look like it and hold nobody's data, with the reason.
        held: the tables handed over to the person.
        forget: empties or deletes what ``covers`` promises, inside the closing's transaction, and
            says what is kept.
        kept: the kinds of kept records, in words.
        erase: empties the kept records of one kind whose time is over on a day.
        files: documents handed over.
        stakes: what ends with the account, as counts above zero, and ``lost`` the words for it.
    """

    app: str
    covers: Mapping[str, str]
    held: Callable[[Person], Iterable[Table]]
    forget: Callable[[Person, datetime], Iterable[Kept]]
    spared: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, Words] = field(default_factory=dict)
    erase: Callable[[Person, str, date], None] | None = None
    files: Callable[[Person], Iterable[PersonalFile]] | None = None
    stakes: Callable[[Person], Mapping[str, int]] | None = None
    lost: Mapping[str, Words] = field(default_factory=dict)


def told(at: datetime | None) -> str:
    """Return an instant as an export writes it: ISO 8601 with its zone, "" for none."""
    return at.isoformat(timespec="seconds") if at else ""


class Fate:
    """What becomes of a table's rows when the account is closed."""

    ERASED = "erased"  # deleted, or emptied of everything personal
    KEPT = "kept"  # by a rule, named in the receipt; then erased
    NAMELESS = "nameless"  # stays, under a number that leads to nobody
