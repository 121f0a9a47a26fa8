"""The product page of a demonstration brand: written, approved, and a newer version that waits."""

import io
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hefu.apps.catalog.models import Product
from hefu.apps.catalog.page_values import Draft, signature
from hefu.apps.catalog.selectors import product_by_item_no
from hefu.apps.catalog.selectors_pages import version_of
from hefu.apps.catalog.services.media import keep_media
from hefu.apps.catalog.services.pages import create_page, save_draft, start_draft, submit_page
from hefu.apps.catalog.services.pages_deciding import approve_page
from hefu.apps.catalog.uploads import receive
from hefu.core.actor import Actor
from hefu.core.pages import PageContent, TextBlock, read_content
from hefu.surfaces.cli import demo_pictures

_PICTURES = {
    "front": demo_pictures.front, "panel": demo_pictures.panel, "lid": demo_pictures.lid,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DemoPages:
    """Two people of the brand who write and approve its page."""

    specialist: Actor
    approver: Actor
    now: datetime

    def run(self, plan_file: Path) -> None:
        """Publish the page that a file describes; a newer version of it waits for approval."""
        plan = json.loads(plan_file.read_text())
        product = product_by_item_no(self.specialist, plan["item_no"])
        content = self._content(plan)
        self._publish(product, content)
        newer = plan["newer"]
        text = content.texts[newer["language"]]
        blocks = list(text.blocks)
        blocks[newer["block"]] = TextBlock(text=newer["text"])
        texts = {**content.texts, newer["language"]: replace(text, blocks=tuple(blocks))}
        self._submit(product, replace(content, texts=texts))

    def _content(self, plan: dict[str, Any]) -> PageContent:
        hashes = {
            f"{{{name}}}": self._kept(draw(), f"{plan['item_no']}-{name}.jpg")
            for name, draw in _PICTURES.items()
        }
        texts = json.dumps(plan["texts"])
        for name, sha256 in hashes.items():
            texts = texts.replace(name, sha256)
        manuals = [self._manual(one) for one in plan["manuals"]]
        return read_content(
            {"texts": json.loads(texts), "manuals": manuals, "attributes": plan["attributes"]}
        )

    def _manual(self, plan: dict[str, Any]) -> dict[str, Any]:
        issued_on = (self.now - timedelta(days=plan["issued_days_ago"])).date()
        file = demo_pictures.manual(plan["title"], plan["label"], issued_on, plan["lines"])
        about = {key: plan[key] for key in ("kind", "language", "title", "label", "batches")}
        name = f"{plan['title']} {plan['label']}.pdf"
        return {**about, "issued_on": issued_on.isoformat(), "media": self._kept(file, name)}

    def _kept(self, content: bytes, name: str) -> str:
        incoming = receive(io.BytesIO(content), brand_id=self.specialist.own_brand())
        return keep_media(self.specialist, incoming=incoming, name=name, now=self.now).sha256

    def _publish(self, product: Product, content: PageContent) -> None:
        at = self.now - timedelta(days=20)
        first = create_page(self.specialist, product=product, draft=Draft(content=content), now=at)
        submit_page(self.specialist, page=first.page, now=at)
        waiting = version_of(first.page, first.number)
        approve_page(self.approver, page=first.page, seen=signature(waiting), now=at)

    def _submit(self, product: Product, content: PageContent) -> None:
        draft = start_draft(self.specialist, page=product.page, now=self.now)
        save_draft(
            self.specialist, version=draft, draft=Draft(content=content), revision=draft.revision,
            now=self.now,
        )  # fmt: skip
        submit_page(self.specialist, page=draft.page, now=self.now)
