"""Writing product pages on the desk: by hand, with a second person, back and forth."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hefu.apps.catalog.models import Media, Page, PageVersion
from hefu.apps.catalog.page_values import Draft
from hefu.apps.catalog.selectors_pages import open_version, versions_of
from hefu.apps.catalog.services.pages import save_draft, start_draft
from hefu.core.pages import ImageBlock, ManualVersion, read_content, write_content
from hefu.core.permissions import Role
from hefu.surfaces.desk.writing.document import flat, posted
from tests.apps.catalog.files import manual, picture
from tests.apps.catalog.pages import (
    a_draft,
    a_manual,
    a_product,
    content,
    publish,
    saying,
)
from tests.factories import NOW, a_brand, a_partner, an_actor
from tests.surfaces.desk.codes.browsing import signed_in

pytestmark = pytest.mark.django_db
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


@pytest.fixture
def desk(editor):
    return signed_in(editor)


@pytest.fixture
def product(editor):
    return a_product(editor)


@pytest.fixture
def draft(editor, product):
    return a_draft(editor, product)


def url(name, *args):
    return reverse(f"desk:{name}", args=args)


def form_of(page, **changes):
    """What a browser would send: the fields as they stand on the page."""
    form = page.context["form"]
    fields = {name: form[name].value() or "" for name in form.fields}
    held = {key: page.context[key] for key in ("number", "revision")}
    return {**fields, **held, "language": "zh", "do": "save", **changes}


def test_a_page_is_made_written_submitted_and_published(desk, approver, product, editor):
    assert url("pages_without") in desk.get(url("pages")).content.decode()
    assert "PN587" in desk.get(url("pages_without")).content.decode()
    made = desk.post(url("page_new"), {"product": product.pk}, follow=True)
    page = Page.objects.get()
    assert made.redirect_chain == [(url("page_edit", page.pk), 302)]
    assert desk.post(url("page_new"), {"product": product.pk}).url == url("page_edit", page.pk)

    fields = form_of(made)
    shaped = desk.post(url("page_edit", page.pk), {**fields, "do": "block.add:zh:text"})
    fields = form_of(shaped, **{"texts.zh.blocks.0.text": "内胆厚两毫米。", "do": "submit"})
    answer = desk.post(url("page_edit", page.pk), fields, follow=True)
    assert "not submitted" in answer.content.decode()
    assert open_version(page).state == State.DRAFT  # the English text is empty

    fields = form_of(answer, do="language.remove:en")
    shaped = desk.post(url("page_edit", page.pk), fields)
    answer = desk.post(url("page_edit", page.pk), form_of(shaped, do="submit"))
    assert answer.url == url("page", page.pk)

    judge = signed_in(approver)
    assert url("page", page.pk) in judge.get(
        reverse("desk:approval", args=[asked(approver).pk])
    ).content.decode()  # fmt: skip
    shown = judge.get(url("page", page.pk))
    assert "内胆厚两毫米" in judge.get(url("page_look", page.pk, 1)).content.decode()
    refused = judge.post(
        url("page_decide", page.pk), {"decision": "grant", "seen": "0" * 64, "note": ""}
    )
    assert refused.status_code == 409
    assert open_version(page).state == State.SUBMITTED
    judge.post(
        url("page_decide", page.pk),
        {"decision": "grant", "seen": shown.context["seen"], "note": ""},
    )
    assert versions_of(page).get().state == State.PUBLISHED


def asked(approver):
    from hefu.apps.accounts.selectors import approvals_for

    return approvals_for(approver).get(decision="open")


def test_files_come_in_where_they_belong(desk, draft):
    address = url("page_edit", draft.page_id)
    fields = form_of(desk.get(address))
    front = SimpleUploadedFile("front.jpg", picture(size=(80, 60)), "image/jpeg")
    shaped = desk.post(address, {**fields, "do": "block.upload:zh", "upload.zh": front})
    fields = form_of(shaped)
    assert fields["texts.zh.blocks.1.kind"] == "image"
    paper = SimpleUploadedFile("v1.pdf", manual(), "application/pdf")
    wrong = desk.post(address, {**fields, "do": "block.upload:zh", "upload.zh": paper})
    assert "texts.zh.blocks.2.kind" not in form_of(wrong)
    assert wrong.context["refused"]
    assert Media.objects.count() == 1  # what was refused is not kept
    script = SimpleUploadedFile("x.pdf", b"<script>alert(1)</script>", "application/pdf")
    refused = desk.post(address, {**fields, "do": "manual.upload", "upload.manual": script})
    assert refused.context["refused"]
    paper.seek(0)
    shaped = desk.post(address, {**fields, "do": "manual.upload", "upload.manual": paper})
    fields = form_of(shaped, **{
        "texts.zh.blocks.1.alt": "正面", "manuals.0.batches": "01,2026-11-22/02",
        "manuals.0.label": "V1", "manuals.0.made_from": "2026-01-01",
        "attributes.recycled_bp": "12.5", "attributes.take_back": "yes",
        "attributes.materials.zh": "钢", "attributes.life_years": "8",
    })  # fmt: skip
    saved = desk.post(address, fields)
    assert saved.status_code == 302, saved.context["form"].errors

    said = read_content(open_version(draft.page).content)
    (edition,) = said.manuals
    assert (edition.title, edition.batches, edition.bytes) == (
        "v1", ("01", "2026-11-22/02"), len(manual())
    )  # fmt: skip
    assert isinstance(said.texts["zh"].blocks[1], ImageBlock)
    assert said.attributes == {
        "life_years": 8, "recycled_bp": 1250, "take_back": True, "materials": {"zh": "钢"}
    }  # fmt: skip


def test_blocks_move_vanish_and_come_back_and_languages_too(desk, draft):
    address = url("page_edit", draft.page_id)
    fields = form_of(desk.get(address))
    for word in ("二", "三"):
        fields = form_of(desk.post(address, {**fields, "do": "block.add:zh:text"}))
        last = max(int(name.split(".")[3]) for name in fields if name.startswith("texts.zh.blocks"))
        fields[f"texts.zh.blocks.{last}.text"] = word

    def words(page):
        sent = form_of(page)
        return [sent[f"texts.zh.blocks.{n}.text"] for n in range(9)
                if f"texts.zh.blocks.{n}.text" in sent]  # fmt: skip

    moved = desk.post(address, {**fields, "do": "block.up:zh:2"})
    assert words(moved) == ["内胆厚两毫米。", "三", "二"]
    gone = desk.post(address, {**form_of(moved), "do": "block.remove:zh:0"})
    assert words(gone) == ["三", "二"]
    undo = {**form_of(gone), "do": "undo", "removed": gone.context["shaped"].removed}
    back = desk.post(address, undo, headers={"HX-Request": "true"})
    assert words(back) == ["内胆厚两毫米。", "三", "二"]
    assert b"<html" not in back.content
    more = desk.post(address, {**form_of(back), "do": "language.add", "new_language": "de"})
    assert form_of(more)["texts.de.blocks.2.text"] == ""
    less = desk.post(address, {**form_of(more), "do": "language.remove:en"})
    assert list(less.context["form"].document["texts"]) == ["zh", "de"]
    for nonsense in ("block.up:fr:1", "block.up:zh:99", "undo", "manual.remove:x", "drop"):
        same = desk.post(address, {**form_of(less), "do": nonsense, "removed": "[1"})
        assert words(same) == ["内胆厚两毫米。", "三", "二"]
    assert open_version(draft.page).revision == 1  # nothing was stored


def test_what_cannot_be_is_shown_at_its_field_and_nothing_is_lost(desk, draft):
    address = url("page_edit", draft.page_id)
    fields = form_of(desk.get(address), **{
        "attributes.recycled_bp": "viel", "texts.zh.title": "neuer Titel",
    })  # fmt: skip
    answer = desk.post(address, fields)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["attributes.recycled_bp"]
    assert form_of(answer)["texts.zh.title"] == "neuer Titel"
    shaped = desk.post(address, {**form_of(desk.get(address)), "do": "block.add:en:film"})
    film = form_of(shaped, **{"texts.en.blocks.1.url": "http://films.example/1"})
    answer = desk.post(address, film)
    assert list(answer.context["form"].errors) == ["texts.en.blocks.1.url"]
    assert [one.tag for one in answer.context["form"].languages() if one.open] == ["en"]
    assert open_version(draft.page).revision == 1


def test_the_slower_editor_is_told_and_decides(desk, brand, draft):
    address = url("page_edit", draft.page_id)
    fields = form_of(desk.get(address), **{"texts.zh.title": "mein Titel"})
    other = an_actor(brand, Role.PRODUCT_SPECIALIST)
    save_draft(other, version=draft, draft=Draft(content=saying("x")), revision=1, now=NOW)

    told = desk.post(address, fields)

    assert told.status_code == 409
    assert other.label in told.content.decode()
    assert form_of(told)["texts.zh.title"] == "mein Titel"
    desk.post(address, form_of(told, do="overwrite"))
    version = open_version(draft.page)
    assert (version.revision, read_content(version.content).texts["zh"].title) == (3, "mein Titel")


def test_the_preview_shows_what_is_written_and_only_the_desk_frames_it(desk, draft):
    fields = form_of(desk.get(url("page_edit", draft.page_id)), language="en")
    fields["texts.en.title"] = "A cooker <b>not yet</b> stored"
    answer = desk.post(url("page_try", draft.page_id), fields)
    text = answer.content.decode()
    assert "A cooker &lt;b&gt;not yet&lt;/b&gt; stored" in text
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    fields["attributes.life_years"] = "ewig"
    assert desk.post(url("page_try", draft.page_id), fields).status_code == 422
    assert open_version(draft.page).revision == 1


def test_history_tells_what_changed_and_brings_versions_back(desk, editor, approver, draft):
    page = draft.page
    publish(editor, approver, page)
    second = start_draft(editor, page=page, now=NOW)
    save_draft(
        editor, version=second, draft=Draft(content=saying("内胆厚三毫米。")), revision=1, now=NOW
    )  # fmt: skip
    publish(editor, approver, page)

    text = desk.get(url("page_history", page.pk)).content.decode()

    assert re.search(r"内胆厚<del>两</del><ins>三</ins>毫米", text)
    desk.post(url("page_restore", page.pk, 1))
    back = open_version(page)
    assert (back.number, back.restored_from) == (3, 1)
    text = desk.get(url("page", page.pk)).content.decode()
    assert re.search(r"内胆厚<del>三</del><ins>两</ins>毫米", text)
    desk.post(url("page_submit", page.pk))
    desk.post(url("page_withdraw", page.pk))
    desk.post(url("page_discard", page.pk))
    assert open_version(page) is None
    desk.post(url("page_retire", page.pk), {"reason": "wrong"})
    assert {row.state for row in versions_of(page)} == {
        State.SUPERSEDED, State.RETIRED, State.WITHDRAWN
    }  # fmt: skip


def test_many_pages_are_submitted_and_approved_at_once(desk, editor, approver):
    pages = [a_draft(editor, a_product(editor, f"A{n}")).page for n in range(3)]
    drafts = desk.get(url("pages") + "?state=draft")
    assert drafts.context["marks"] == {page.pk: str(page.pk) for page in pages}
    desk.post(url("pages_submit"), {"chosen": [str(page.pk) for page in pages[:2]]})
    judge = signed_in(approver)
    waiting = judge.get(url("pages") + "?state=submitted").context["marks"]
    assert set(waiting) == {page.pk for page in pages[:2]}
    stale = f"{pages[1].pk}:{'0' * 64}"
    judge.post(url("pages_approve"), {"chosen": [waiting[pages[0].pk], stale]})
    assert [versions_of(page).get().state for page in pages] == [
        State.PUBLISHED, State.SUBMITTED, State.DRAFT,
    ]  # fmt: skip


@pytest.mark.parametrize("others", [1, 3])
def test_the_list_costs_the_same_however_long(desk, editor, others, django_assert_max_num_queries):
    for n in range(others):
        a_draft(editor, a_product(editor, f"A{n}"))
    with django_assert_max_num_queries(16):
        desk.get(url("pages"))


def test_who_may_not_edit_sees_no_editor_and_strangers_nothing(approver, brand, draft):
    judge = signed_in(approver)
    assert judge.get(url("page", draft.page_id)).status_code == 200
    assert judge.get(url("page_edit", draft.page_id)).status_code == 403
    stranger = signed_in(an_actor(a_brand(), Role.PRODUCT_SPECIALIST))
    partner = signed_in(an_actor(brand, Role.RETAILER, a_partner(brand, "retailer")))
    for who in (stranger, partner):
        for name in ("page", "page_history", "page_edit"):
            assert who.get(url(name, draft.page_id)).status_code in (403, 404)
        assert who.get(url("page_look", draft.page_id, 1)).status_code == 404
    assert stranger.post(url("page_edit", draft.page_id), {"do": "save"}).status_code == 404


def test_a_form_holds_the_document_and_gives_it_back(editor):
    said = content(manuals=(ManualVersion(media=a_manual(editor).sha256, batches=("01", "02")),))
    said = read_content({
        **write_content(said),
        "attributes": {"recycled_bp": 1234, "take_back": False, "materials": {"zh": "钢"},
                       "weight_g": 4200, "country": "CN"},
    })  # fmt: skip

    assert read_content(posted(flat(write_content(said)))) == said
    assert read_content(posted({})) == read_content({})
