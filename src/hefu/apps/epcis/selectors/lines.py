"""One line of a reader's outbound file (出库行): its columns, and what they must say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from hefu.apps.accounts.models import Organisation
from hefu.apps.accounts.selectors import organisations_for
from hefu.core.actor import Actor
from hefu.core.errors import Invalid

AHEAD = timedelta(days=1)  # how far a reader's clock may run ahead
#: Headers as readers write them; compared without case and spaces.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "order": ("单号", "出库单号", "订单号", "发货单号", "order", "order no", "order number"),
    "customer": ("客户", "客户编码", "客户代码", "经销商编码", "customer", "customer code"),
    "carton": ("箱码", "箱号", "条码", "托盘码", "carton", "sscc", "code"),
    "time": ("时间", "扫描时间", "出库时间", "time", "scanned at"),
    "warehouse": ("仓库", "仓库编码", "warehouse"),
}
REQUIRED = ("order", "customer", "carton")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line, checked: what left for whom, and when."""

    order: str
    organisation: Organisation
    carton: str
    at: datetime
    warehouse: str = ""


def read_line(
    actor: Actor, cells: Mapping[str, str], where: Mapping[str, str], *, now: datetime
) -> Line:
    """Check one line.

    Raises:
        Invalid: names the column and the rule that it breaks.
    """
    given = {name: cells.get(header, "").strip() for name, header in where.items()}
    for name in REQUIRED:
        if not given[name]:
            raise Invalid(field=where[name], rule="required")
    for name, longest in (("order", 60), ("carton", 300), ("warehouse", 60)):
        if len(given.get(name, "")) > longest or not given.get(name, "").isprintable():
            raise Invalid(field=where[name], rule="too_long_or_unprintable", value=longest)
    customer = organisations_for(actor).filter(code=given["customer"]).first()
    if customer is None:
        raise Invalid(field=where["customer"], rule="no_such_partner", value=given["customer"][:40])
    return Line(
        order=given["order"], organisation=customer, carton=given["carton"],
        at=_time(given.get("time", ""), where.get("time", ""), now),
        warehouse=given.get("warehouse", ""),
    )  # fmt: skip


def _time(text: str, field: str, now: datetime) -> datetime:
    """A reader's time, in the house's zone unless it says otherwise; empty for now."""
    if not text:
        return now
    try:
        at = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError as error:
        raise Invalid(field=field, rule="not_a_time", value=text[:40]) from error
    if timezone.is_naive(at):
        at = timezone.make_aware(at)
    if at > now + AHEAD:
        raise Invalid(field=field, rule="in_the_future", value=text[:40])
    return at
