"""Pages from lists (批量建页): a list fills drafts, and many are submitted at once."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from hefu.apps.audit.services import service
from hefu.apps.catalog.errors_pages import NotADraft
from hefu.apps.catalog.models import Page, PageVersion, Product
from hefu.apps.catalog.page_values import Draft, Extension, Outcome
from hefu.apps.catalog.selectors_pages import open_version, page_of, starting_content
from hefu.apps.catalog.services.pages import create_page, save_draft, start_draft, submit_page
from hefu.apps.catalog.services.products import CREATED, UNCHANGED, UPDATED
from hefu.core.actor import Actor
from hefu.core.errors import DomainError
from hefu.core.pages import ManualVersion, PageContent, PageText, read_content, write_content
from hefu.core.permissions import Permission


@service
def extend_draft(
    actor: Actor, *, product: Product, extension: Extension, now: datetime
) -> tuple[Page, str]:
    """Make or extend the draft of a product's page: ``created``, ``updated`` or ``unchanged``.

    Titles, summaries, keywords and attributes that are given replace what was there; blocks are
    taken only where a language has none yet, as people work on them; a manual is added unless the
    page has the same file for the same language and units. The same list twice changes nothing,
    nor does it begin a draft.

    Raises:
        NotAllowed, NotFound, Invalid: see ``services.pages.save_draft``.
        NotADraft: a version waits for a second person.
        EditedMeanwhile: somebody saved the draft in this moment.
    """
    actor.require(Permission.PRODUCT_EDIT)
    page = page_of(actor, product)
    if page is None:
        first = create_page(actor, product=product, now=now)
        _save(actor, first, _extended(read_content(first.content), extension), now=now)
        return first.page, CREATED
    there = open_version(page)
    before = read_content(there.content) if there else starting_content(page)
    after = _extended(before, extension)
    if after == before:
        return page, UNCHANGED
    if there is not None and there.state != PageVersion.State.DRAFT:
        raise NotADraft(state=there.state)
    _save(actor, start_draft(actor, page=page, now=now), after, now=now)
    return page, UPDATED


@service
def submit_drafts(actor: Actor, *, pages: Iterable[Page], now: datetime) -> list[Outcome]:
    """Submit many drafts, each for itself: one that is incomplete stops no other.

    Raises:
        NotAllowed: the role does not edit products.
    """
    actor.require(Permission.PRODUCT_EDIT)
    outcomes = []
    for page in pages:
        try:
            with transaction.atomic():
                submit_page(actor, page=page, now=now)
        except DomainError as refusal:
            field, rule = (str(refusal.details.get(key) or "") for key in ("field", "rule"))
            outcomes.append(Outcome(page=page, code=refusal.code, field=field, rule=rule))
        else:
            outcomes.append(Outcome(page=page))
    return outcomes


def _save(actor: Actor, version: PageVersion, content: PageContent, *, now: datetime) -> None:
    draft = Draft(content=content, publish_at=version.publish_at, retire_at=version.retire_at)
    save_draft(actor, version=version, draft=draft, revision=version.revision, now=now)


def _extended(content: PageContent, extension: Extension) -> PageContent:
    texts: Mapping[str, PageText] = {
        **content.texts,
        **{
            language: _merged(content.texts.get(language, PageText()), text)
            for language, text in extension.texts.items()
        },
    }
    there = {_same(manual) for manual in content.manuals}
    manuals = [manual for manual in extension.manuals if _same(manual) not in there]
    merged = replace(
        content, texts=texts, manuals=(*content.manuals, *manuals),
        attributes={**content.attributes, **extension.attributes},
    )  # fmt: skip
    return read_content(write_content(merged))  # as checked as what an editor sends


def _merged(old: PageText, new: PageText) -> PageText:
    return PageText(
        title=new.title or old.title,
        summary=new.summary or old.summary,
        keywords=new.keywords or old.keywords,
        blocks=old.blocks or new.blocks,
    )


def _same(manual: ManualVersion) -> tuple[object, ...]:
    return (
        manual.media, manual.kind, manual.language, manual.batches, manual.made_from,
        manual.made_until,
    )  # fmt: skip
