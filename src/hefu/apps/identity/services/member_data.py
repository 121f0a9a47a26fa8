"""A member's products (会员的产品): shown with their warranty; the unit's record stays nameless.

The warranty belongs to the unit and its receipt, not to the account: it outlives the account.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from hefu.apps.identity.models import Activation, Appeal, TransferOffer, WarrantyFact
from hefu.apps.identity.selectors.activations import invoice_of
from hefu.apps.identity.selectors.codes import code_text
from hefu.apps.identity.selectors.units import refs_of
from hefu.core.actor import consumer
from hefu.core.errors import NotFound
from hefu.core.personal import Fate, Holder, Kept, Person, PersonalFile, Table, Words, told


def held(person: Person) -> Iterator[Table]:
    """Give products, the facts of their warranty, and appeals."""
    rows = list(_activations(person).select_related("unit__batch", "product").order_by("at", "pk"))
    references = refs_of([row.unit for row in rows])
    codes = {row.unit_id: code_text(references[row.unit_id].batch, row.unit.serial) for row in rows}
    yield Table(
        name="products", title=Words(zh="我的产品", en="My products"),
        columns={
            "code": "身份码", "product": "产品", "model": "型号", "activated_at": "激活时间",
            "region": "地区", "rough_place": "大致位置", "browser": "浏览器",
            "ended_at": "结束时间",
            "ending": "结束原因",
        },
        rows=tuple(
            (
                codes[row.unit_id], row.product.name, row.product.model, told(row.at), row.region,
                row.place, row.agent, told(row.ended_at), row.ending,
            )
            for row in rows
        ),
    )  # fmt: skip
    mine = [row.unit_id for row in rows if row.ended_at is None]
    facts = WarrantyFact.objects.filter(unit_id__in=mine).order_by("unit_id", "on", "pk")
    yield Table(
        name="warranty", title=Words(zh="保修依据", en="Facts of the warranty"),
        columns={"code": "身份码", "what": "事项", "on": "日期", "evidence": "凭据"},
        rows=tuple((codes[f.unit_id], f.kind, f.on.isoformat(), f.evidence) for f in facts),
    )  # fmt: skip
    appeals = _appeals(person).order_by("created_at", "pk")
    yield Table(
        name="appeals", title=Words(zh="申诉", en="Appeals"),
        columns={"at": "时间", "text": "我的陈述", "state": "状态", "answer": "答复"},
        rows=tuple((told(row.created_at), row.text, row.state, row.answer) for row in appeals),
    )  # fmt: skip


def _activations(person: Person) -> QuerySet[Activation]:
    return Activation.objects.filter(brand_id=person.brand_id, member_id=person.member_id)


def _appeals(person: Person) -> QuerySet[Appeal]:
    return Appeal.objects.filter(brand_id=person.brand_id, member_id=person.member_id)


def files(person: Person) -> Iterator[PersonalFile]:
    """Give the receipts sent with appeals."""
    author = consumer(brand_id=person.brand_id, member_id=person.member_id)
    for appeal in _appeals(person).exclude(invoice_path=""):
        with suppress(NotFound):
            invoice = invoice_of(author, appeal.pk)
            ending = invoice.content_type.rpartition("/")[2].replace("jpeg", "jpg")
            yield PersonalFile(name=f"appeal-{appeal.pk}.{ending}", content=invoice.content)


def stakes(person: Person) -> Mapping[str, int]:
    """Count the products whose card is no longer on the phone."""
    return {"cards": _activations(person).filter(ended_at=None).count()}


def forget(person: Person, now: datetime) -> Iterator[Kept]:
    """Leave when and in which region a unit was activated; empty all that is the person's."""
    _activations(person).update(place="", agent="")
    TransferOffer.objects.filter(activation__in=_activations(person), taken_at=None).delete()
    for path in _appeals(person).exclude(invoice_path="").values_list("invoice_path", flat=True):
        (Path(settings.HEFU_DATA) / path).unlink(missing_ok=True)
    appeals = _appeals(person)
    appeals.filter(state=Appeal.State.OPEN).update(state=Appeal.State.REJECTED, answered_at=now)
    appeals.update(text="", answer="", invoice_path="")
    return iter(())


HOLDER = Holder(
    app="identity", held=held, forget=forget, files=files, stakes=stakes,
    covers={"identity.activation": Fate.NAMELESS, "identity.appeal": Fate.ERASED},
    spared={
        "identity.sealkey": "a brand's secret",
        "identity.scan": "marks of a device, bound to no member",
    },
    lost={
        "cards": Words(
            zh="张电子保修卡（保修不变，凭购买凭证办理）",
            en="warranty cards on the phone (the warranty itself stays, by the receipt)",
        )
    },
)  # fmt: skip
