"""The world's page as its writers see it, with a draft that no stranger may ever read."""

from typing import Any

from hefu.apps.catalog.models import Page, Product
from hefu.apps.catalog.page_values import Draft
from hefu.apps.catalog.selectors_pages import starting_content
from hefu.apps.catalog.services.pages import save_draft, start_draft
from hefu.core.pages import PageContent, PageText
from tests.factories import NOW, operator

#: Only the brand may read this.
PAGE_MARKS = ["a draft of the world alone"]


def draft_values(product: Product) -> dict[Any, Any]:
    """Begin a draft beside the public page; returns what the desk's addresses name."""
    boss, page = operator(product.brand), Page.objects.get(product=product)
    draft = start_draft(boss, page=page, now=NOW)
    text = PageText(title="the world's page", summary=PAGE_MARKS[0])
    content = PageContent(texts={**starting_content(page).texts, "en": text})
    save_draft(
        boss, version=draft, draft=Draft(content=content), revision=draft.revision, now=NOW
    )  # fmt: skip
    one = "desk/pages/<int:pk>/"
    deeds = ("", "edit/", "edit/preview/", "history/", "submit/", "withdraw/", "discard/",
             "decide/", "cancel/", "retire/")  # fmt: skip
    version = f"{one}versions/<int:number>/"
    return {
        **{(one + deed, "pk"): page.pk for deed in deeds},
        **{(version + deed, "pk"): page.pk for deed in ("", "restore/")},
        **{(version + deed, "number"): draft.number for deed in ("", "restore/")},
    }


def page_bodies(item_no: str) -> dict[str, dict[str, Any]]:
    """Bodies of the API that are right in everything but whose page they name."""
    named = {"item_no": item_no}
    content = {"texts": {"zh": {"title": "theirs"}}}
    return {
        "pages/drafts": {**named, "content": content},
        "pages/submit": named,
        "pages/withdraw": named,
        "pages/restore": {**named, "number": 1},
        "pages/retire": {**named, "reason": "theirs"},
    }
