"""Many pages at once, and races."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from hefu.apps.catalog.errors_pages import EditedMeanwhile, NotADraft, NothingWaits
from hefu.apps.catalog.models import PageVersion
from hefu.apps.catalog.page_values import Draft, Extension
from hefu.apps.catalog.selectors_pages import open_version, versions_of
from hefu.apps.catalog.services.pages import create_page, save_draft, start_draft, submit_page
from hefu.apps.catalog.services.pages_deciding import approve_page, approve_pages, mind_pages
from hefu.apps.catalog.services.pages_lists import extend_draft, submit_drafts
from hefu.core.errors import DomainError, Invalid, NotAllowed
from hefu.core.pages import ManualVersion, PageText, TextBlock, read_content
from hefu.core.permissions import Role
from tests.apps.catalog.pages import a_draft, a_manual, a_product, publish, saying, seen
from tests.factories import NOW, a_brand, an_actor

State = PageVersion.State


@pytest.fixture
def brand(db):
    return a_brand()


@pytest.fixture
def editor(brand):
    return an_actor(brand, Role.PRODUCT_SPECIALIST)


@pytest.fixture
def approver(brand):
    return an_actor(brand, Role.APPROVER)


def a_list_row(manual, words="说明"):
    text = PageText(title="电饭煲", blocks=(TextBlock(text=words),))
    return Extension(
        texts={"zh": text},
        manuals=(ManualVersion(media=manual.sha256, title="说明书", batches=("01",)),),
        attributes={"life_years": 8},
    )


@pytest.mark.django_db
def test_a_list_makes_a_draft_extends_it_and_twice_is_once(editor):
    product, first, second = a_product(editor), a_manual(editor), a_manual(editor, "second")
    page, what = extend_draft(editor, product=product, extension=a_list_row(first), now=NOW)
    assert what == "created"
    assert extend_draft(editor, product=product, extension=a_list_row(first), now=NOW) == (
        page, "unchanged",
    )  # fmt: skip

    assert extend_draft(editor, product=product, extension=a_list_row(second, "neu"), now=NOW) == (
        page, "updated",
    )  # fmt: skip

    version = open_version(page)
    said = read_content(version.content)
    assert (version.number, said.texts["zh"].title) == (1, "电饭煲")
    assert said.texts["zh"].blocks == (TextBlock(text="说明"),)  # people's work stays
    assert [manual.media for manual in said.manuals] == [first.sha256, second.sha256]
    assert said.attributes == {"life_years": 8}


@pytest.mark.django_db
def test_a_list_begins_no_draft_that_says_what_is_public_already(editor, approver):
    product, manual = a_product(editor, name_en=""), a_manual(editor)
    page, _what = extend_draft(editor, product=product, extension=a_list_row(manual), now=NOW)
    publish(editor, approver, page)

    assert extend_draft(editor, product=product, extension=a_list_row(manual), now=NOW)[1] == (
        "unchanged"
    )
    assert versions_of(page).count() == 1
    more = Extension(attributes={"life_years": 9})
    assert extend_draft(editor, product=product, extension=more, now=NOW)[1] == "updated"
    submit_page(editor, page=page, now=NOW)
    other = Extension(attributes={"life_years": 1})
    with pytest.raises(NotADraft):
        extend_draft(editor, product=product, extension=other, now=NOW)


@pytest.mark.django_db
def test_what_a_list_brings_is_checked(editor):
    product = a_product(editor)
    for wrong in (
        Extension(texts={"zh_CN": PageText(title="x")}),
        Extension(attributes={"colour": "red"}),
        Extension(manuals=(ManualVersion(media="0" * 64),)),
    ):
        with pytest.raises(Invalid):
            extend_draft(editor, product=product, extension=wrong, now=NOW)
    assert not PageVersion.objects.exists()


@pytest.mark.django_db
def test_many_are_submitted_and_approved_and_one_that_is_wrong_stops_no_other(editor, approver):
    good = [a_draft(editor, a_product(editor, f"A{number}")).page for number in (1, 2)]
    empty = create_page(editor, product=a_product(editor, "A3"), now=NOW).page

    sent = submit_drafts(editor, pages=[good[0], empty, good[1]], now=NOW)

    assert [(one.page.pk, one.code, one.field) for one in sent] == [
        (good[0].pk, "", ""), (empty.pk, "catalog.page_incomplete", "texts.zh.blocks"),
        (good[1].pk, "", ""),
    ]  # fmt: skip
    read = [(good[0], seen(good[0])), (good[1], "0" * 64)]
    with pytest.raises(NotAllowed):
        approve_pages(editor, pages=read, now=NOW)

    decided = approve_pages(approver, pages=read, now=NOW)

    assert [one.code for one in decided] == ["", "accounts.content_changed"]
    assert [versions_of(page).get().state for page in (*good, empty)] == [
        State.PUBLISHED, State.SUBMITTED, State.DRAFT,
    ]  # fmt: skip


def race(deeds):
    """Run every deed in its own thread; returns the refusals."""
    start, refused = threading.Barrier(len(deeds)), []

    def run(deed):
        start.wait()
        try:
            deed()
        except DomainError as refusal:
            refused.append(type(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.mark.django_db(transaction=True)
def test_races_have_one_winner(editor, approver, brand):
    product = a_product(editor)
    draft = a_draft(editor, product)
    page = draft.page
    writers = [
        lambda word=word: save_draft(
            editor, version=draft, draft=Draft(content=saying(word)), revision=1, now=NOW
        )
        for word in "abc"
    ]
    assert race(writers) == [EditedMeanwhile] * 2

    submit_page(editor, page=page, now=NOW)
    judges = [approver, an_actor(brand, Role.APPROVER)]
    said = seen(page)
    lost = race(
        [lambda who=who: approve_page(who, page=page, seen=said, now=NOW) for who in judges]
    )
    assert len(lost) == 1
    assert versions_of(page).get().state == State.PUBLISHED

    assert race([lambda: start_draft(editor, page=page, now=NOW)] * 2) in ([], [EditedMeanwhile])
    second = open_version(page)
    later = NOW + timedelta(hours=1)
    planned = Draft(content=saying("neu"), publish_at=later)
    save_draft(editor, version=second, draft=planned, revision=1, now=NOW)
    publish(editor, approver, page)
    assert race([lambda: mind_pages(later)] * 3) == []
    assert [row.state for row in versions_of(page)] == [State.PUBLISHED, State.SUPERSEDED]
    with pytest.raises(NothingWaits):
        approve_page(approver, page=page, seen=said, now=later)
