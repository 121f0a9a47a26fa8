"""What a demonstration brand's readers ask, and what its specialist answered so far."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hefu.apps.catalog.selectors import product_by_item_no
from hefu.apps.community.models import Answer, Question
from hefu.apps.community.services.answering import answer, answer_as_member
from hefu.apps.community.services.asking import Contact, ask
from hefu.apps.community.services.moderating import show, show_answer
from hefu.apps.community.services.policy import keep_reply
from hefu.apps.community.services.reading import vote
from hefu.apps.identity.selectors.activations import activations_for
from hefu.apps.members.selectors import visitor
from hefu.core.actor import Actor, consumer

AGREED = "仅用于通知您有了回答。"
REPLIES = (
    ("清洁内胆", "{product}（{model}）的内胆请用软布和温水清洗，不要用钢丝球。"),
    ("联系保修", "请在本页面“我的产品”中打开保修卡，或带上购买凭证到就近网点，我们免费检测。"),
    ("购买配件", "{model} 的配件可在商城“配件”分类中购买，下单前请核对货号。"),
)


@dataclass(kw_only=True)
class Questions:
    """A fortnight of questions."""

    brand_id: int
    system: Actor
    specialist: Actor
    now: datetime

    def run(self, path: Path) -> None:
        """Ask, read, answer and vote in the order it happened."""
        for title, text in REPLIES:
            keep_reply(self.specialist, title=title, text=text, now=self.now)
        for number, row in enumerate(json.loads(path.read_text())):
            self._one(number, row)

    def _one(self, number: int, row: dict[str, Any]) -> None:
        at = self.now - timedelta(hours=row["hours"])
        product = product_by_item_no(self.system, row["item"])
        guest = visitor(self.brand_id, surface="consumer")
        asker = self._owner(product.pk, number) if row["as"] == "member" else None
        contact = Contact(address=row["address"], agreed_to=AGREED) if "address" in row else None
        question = ask(
            asker or guest, product=product, text=row["text"], now=at, contact=contact,
            language=row.get("language", "zh-hans"),
        ).question  # fmt: skip
        if not row.get("waiting"):
            show(self.specialist, question=question, now=at + timedelta(minutes=40))
        for place, said in enumerate(row["answers"]):
            made = self._answer(question, said, at + timedelta(hours=said["after"]), place)
            for reader in range(said.get("helpful", 0)):
                vote(guest, answer=made, device=f"demo {reader}", now=self.now)

    def _answer(self, question: Question, said: dict[str, Any], at: datetime, n: int) -> Answer:
        if said["by"] == "maker":
            return answer(self.specialist, question=question, text=said["text"], now=at)
        owner = self._owner(question.product_id, 50 + n)
        if owner is None:  # nobody bought one: the maker says it
            return answer(self.specialist, question=question, text=said["text"], now=at)
        made = answer_as_member(
            owner, question=question, text=said["text"], now=at,
            activation_id=self._activation(owner, question.product_id),
        )  # fmt: skip
        if not said.get("waiting"):
            show_answer(self.specialist, answer=made, now=at)
            made.refresh_from_db()
        return made

    def _owner(self, product_id: int, number: int) -> Actor | None:
        """Somebody who activated the product, another one for every number."""
        rows = activations_for(self.system).filter(product_id=product_id, ended_at=None)
        people = list(rows.order_by("pk").values_list("member_id", flat=True)[number : number + 1])
        return consumer(brand_id=self.brand_id, member_id=people[0]) if people else None

    def _activation(self, owner: Actor, product_id: int) -> int | None:
        mine = activations_for(owner).filter(product_id=product_id, ended_at=None)
        return mine.values_list("pk", flat=True).first()
