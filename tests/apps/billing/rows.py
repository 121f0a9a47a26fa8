"""A brand under contract with the operator, and the months that pass."""

from datetime import UTC, date, datetime, timedelta

from hefu.apps.audit.worker import work_off
from hefu.apps.billing.models import Contract, Invoice
from hefu.apps.billing.services.contracts import Terms, set_operator, sign_contract
from hefu.apps.billing.services.invoicing import draw_due
from hefu.apps.billing.services.metering import meter_due
from tests.factories import NOW, operator

TWO_FEN = 200
BEGINS = date(2026, 11, 1)


def at(day: date, hour: int = 4) -> datetime:
    """Noon in Shanghai on a day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def a_contract(brand, **about) -> Contract:
    set_operator(
        operator(brand), name="合符运营有限公司", tax_number="91440101MA5XXXXX0X",
        address="广州市天河区", contact="020-12345678", bank="中国银行 6200 0000", now=NOW,
    )  # fmt: skip
    values = {
        "from_on": BEGINS, "until_on": BEGINS + timedelta(days=364), "code_price": TWO_FEN,
        "buyer": "奔腾电器有限公司", "tax_bp": 600, "grace_days": 60, **about,
    }  # fmt: skip
    return sign_contract(operator(brand), terms=Terms(**values), now=NOW)


def live_until(day: date) -> None:
    """Let the clocks run on the first days of the months up to a day, as a worker would."""
    now = at(NOW.date())
    while now.date() < day:
        meter_due(now)
        draw_due(now)
        now += timedelta(days=5)
    meter_due(at(day))
    draw_due(at(day))


def told() -> None:
    """Let the reactions run."""
    work_off(clock=lambda: NOW)


def invoices() -> list[Invoice]:
    return list(Invoice.objects.order_by("seq"))
