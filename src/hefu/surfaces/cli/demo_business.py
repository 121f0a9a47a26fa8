"""The demonstration's bills and surveys: months of invoices, and what buyers said; seeded."""

from datetime import datetime, timedelta
from random import Random

from hefu.apps.accounts.selectors import brands_for
from hefu.apps.billing.selectors.invoices import invoices_for
from hefu.apps.billing.services.contracts import Terms, sell_block, set_operator, sign_contract
from hefu.apps.billing.services.invoicing import draw_due, mark_paid
from hefu.apps.billing.services.metering import meter_due
from hefu.apps.identity.selectors.activations import activations_for
from hefu.apps.service.services.asking import activation_subject, answer, invite, note_shown, skip
from hefu.apps.service.services.surveys import open_survey
from hefu.core.actor import Actor
from hefu.surfaces.cli.common import OPERATOR

MONTHS = 4  # that the contract is old
ASKED = 240  # buyers, at most
WORDS = (
    "扫码很方便，老人也会用。", "说明书找起来有点慢。", "保修卡不用纸了，很好。",
    "验证码等了一会儿。", "Easy, took a minute.", "希望能一次激活多个。",
)  # fmt: skip
_TEXTS = {
    "zh-hans": {
        "question": "激活过程顺利吗？", "low": "很不顺利", "high": "很顺利",
        "word": "还想告诉我们什么？",
    },
    "en": {
        "question": "How easy was it to activate?", "low": "very hard", "high": "very easy",
        "word": "Anything you would like to tell us?",
    },
}  # fmt: skip


def open_account(actor: Actor, *, now: datetime) -> None:
    """Sign a contract some months ago, sell a block, let the clocks run until today."""
    brand = brands_for(actor).get()
    begins = (now - timedelta(days=31 * MONTHS)).replace(day=1, hour=4)
    set_operator(
        OPERATOR, name="合符示范运营有限公司", tax_number="91440101MA5DEMO00X",
        address="广州市天河区示范路 1 号", contact="020-00000000", bank="示范银行 0000 0000 0000",
        now=begins,
    )  # fmt: skip
    contract = sign_contract(
        actor, now=begins,
        terms=Terms(
            from_on=begins.date(), until_on=begins.date() + timedelta(days=730), code_price=200,
            buyer=brand.trader_name or brand.name, buyer_address=brand.trader_address,
        ),
    )  # fmt: skip
    sell_block(
        actor, contract=contract, key=f"demo-{brand.slug}", codes=20_000, years=1, amount=36_000,
        expires_on=begins.date() + timedelta(days=700), now=begins,
    )  # fmt: skip
    day = begins
    while day < now:
        meter_due(day)
        draw_due(day)
        day += timedelta(days=1)
    meter_due(now)
    for invoice in invoices_for(actor).order_by("seq")[:1]:
        mark_paid(actor, invoice=invoice, payment="demo transfer", now=now)


def ask_buyers(actor: Actor, random: Random, *, now: datetime) -> None:
    """Ask buyers after their activation; most are content, some skip, some write a word."""
    since = now - timedelta(days=90)
    open_survey(
        actor, occasion="activation", scale=5, rest_days=60, texts=_TEXTS, now=since
    )  # fmt: skip
    rows = activations_for(actor).filter(at__gte=since, ended_at=None).order_by("-at")[:ASKED]
    for row in rows:
        ask = invite(
            actor, occasion="activation", subject=activation_subject(row.pk),
            product_id=row.product_id, member_id=row.member_id, now=row.at,
        )  # fmt: skip
        if ask is None or random.random() < 0.2:
            continue
        note_shown(ask.key, now=row.at)
        if random.random() < 0.5:
            skip(actor, key=ask.key, now=row.at)
            continue
        mark = random.choices(range(1, 6), [3, 4, 10, 33, 50])[0]
        word = random.choice(WORDS) if random.random() < 0.15 else ""
        answer(
            actor, key=ask.key, version=1, mark=mark, word=word, agreed_to="demo",
            language="zh-hans", now=row.at,
        )  # fmt: skip
