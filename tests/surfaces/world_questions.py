"""The world's questions, as values of addresses: one that everybody reads, one that nobody may."""

from typing import Any

from hefu.apps.catalog.models import Product
from hefu.apps.community.services.answering import answer
from hefu.apps.community.services.asking import ask
from hefu.apps.community.services.moderating import show
from hefu.apps.community.services.policy import keep_reply
from hefu.core.actor import Actor, consumer
from hefu.core.permissions import Role
from tests.factories import NOW, an_actor

#: Only the brand and its member may read these.
MARKS = ["world question", "world reply"]
_PUBLIC = "questions/<slug:brand>/<int:pk>/"
_ANSWERS = "questions/<slug:brand>/answers/<int:pk>/"


def question_values(boss: Actor, brand: Any, product: Product, member: Any) -> dict[Any, Any]:
    """Have a shown question answered and another one asked; returns what addresses name."""
    asker = consumer(brand_id=brand.pk, member_id=member.pk)
    about = {"product": product, "language": "en", "now": NOW}
    shown = show(boss, question=ask(asker, text="is it heavy", **about).question, now=NOW)
    specialist = an_actor(brand, Role.PRODUCT_SPECIALIST)
    said = answer(specialist, question=shown, text="no, it is light", now=NOW)
    waiting = ask(asker, text=f"a {MARKS[0]}", **about).question
    reply = keep_reply(specialist, title=MARKS[1], text=MARKS[1], now=NOW)
    desk = (
        "", "take/", "back/", "show/", "hide/", "answer/", "merge/", "split/", "reports/",
    )  # fmt: skip
    answers = ("edit/", "show/", "hide/")
    return {
        **{(_PUBLIC + page, "pk"): shown.pk for page in ("", "answer/", "report/")},
        **{(_ANSWERS + page, "pk"): said.pk for page in ("helpful/", "solved/")},
        ("questions/mine/<int:pk>/stop/", "pk"): waiting.pk,
        **{(f"desk/questions/<int:pk>/{page}", "pk"): waiting.pk for page in desk},
        **{(f"desk/questions/answers/<int:pk>/{page}", "pk"): said.pk for page in answers},
        ("desk/questions/replies/<int:pk>/", "pk"): reply.pk,
        ("desk/questions/replies/<int:pk>/retire/", "pk"): reply.pk,
        **{(f"/api/v1/questions/{{id}}{deed}", "id"): waiting.pk for deed in ("", "/answers")},
    }  # fmt: skip
