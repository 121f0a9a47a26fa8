"""Pages of products: who writes, who publishes, what a race decides, and the way back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hefu.apps.accounts.errors import ContentChanged, SamePerson
from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.audit.models import Entry
from hefu.apps.audit.worker import drain
from hefu.apps.catalog.errors import MediaInUse
from hefu.apps.catalog.errors_pages import (
    EditedMeanwhile,
    NotADraft,
    NothingPublic,
    NothingWaits,
    PageExists,
    PageIncomplete,
)
from hefu.apps.catalog.events import PagePublished, PageRetired
from hefu.apps.catalog.models import Page, PageVersion
from hefu.apps.catalog.page_values import Draft
from hefu.apps.catalog.selectors_pages import (
    page_by_id,
    pages_for,
    pages_in,
    products_without_page,
    public_versions_of,
    published_page_for,
    versions_of,
)
from hefu.apps.catalog.services.media import remove_media
from hefu.apps.catalog.services.pages import (
    create_page,
    discard_draft,
    restore_version,
    save_draft,
    start_draft,
    submit_page,
    withdraw_submission,
)
from hefu.apps.catalog.services.pages_deciding import (
    approve_page,
    cancel_publication,
    mind_pages,
    refuse_page,
    retire_page,
)
from hefu.core.actor import ANONYMOUS
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.pages import ImageBlock, ManualVersion, PageContent, PageText, read_content
from hefu.core.permissions import Role
from tests.apps.catalog.pages import (
    a_draft,
    a_manual,
    a_picture,
    a_product,
    content,
    publish,
    saying,
    seen,
)
from tests.factories import NOW, a_brand, a_partner, an_actor

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
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
def product(editor):
    return a_product(editor)


@pytest.fixture
def draft(editor, product):
    return a_draft(editor, product)


@pytest.fixture
def public(editor, approver, draft):
    return publish(editor, approver, draft.page)


def read(product, now=NOW):
    found = published_page_for(ANONYMOUS, product, now=now)
    return found and found.content.texts["zh"].blocks[0].text


def states(page):
    return [(row.number, row.state) for row in versions_of(page)]


def test_R095_a_second_page_for_a_product_is_refused(editor, draft, product):
    with pytest.raises(PageExists) as caught:
        create_page(editor, product=product, now=NOW)

    assert caught.value.details == {"field": "item_no", "value": "PN587", "page": draft.page_id}
    assert Page.objects.count() == PageVersion.objects.count() == 1


def test_a_first_draft_begins_with_the_names_of_the_product(editor, product):
    assert list(products_without_page(editor)) == [product]

    version = create_page(editor, product=product, now=NOW)

    assert read_content(version.content).texts == {
        "zh": PageText(title=product.name), "en": PageText(title="Rice cooker")
    }  # fmt: skip
    assert version.languages == ["zh", "en"]
    assert not products_without_page(editor)


def test_R138_the_specialist_writes_and_only_an_approver_publishes(
    editor, approver, draft, product
):
    page = draft.page
    submit_page(editor, page=page, now=NOW)
    hash_ = seen(page)
    for deed in (
        lambda: approve_page(editor, page=page, seen=hash_, now=NOW),
        lambda: create_page(approver, product=product, now=NOW),
        lambda: start_draft(approver, page=page, now=NOW),
        lambda: withdraw_submission(approver, page=page, now=NOW),
        lambda: retire_page(approver, page=page, reason="x", now=NOW),
    ):
        with pytest.raises(NotAllowed):
            deed()
    assert read(product) is None

    published = approve_page(approver, page=page, seen=hash_, note=" gut ", now=NOW)

    assert (published.state, published.published_at, published.note) == ("published", NOW, "gut")
    assert read(product) == "内胆厚两毫米。"
    actions = list(Entry.objects.order_by("pk").values_list("action", flat=True))
    assert actions[-5:] == [
        "catalog.page_submitted", "accounts.approval_asked", "accounts.approval_decided",
        "catalog.page_approved", "catalog.page_published",
    ]  # fmt: skip


def test_the_author_is_no_second_person_whoever_submits(brand, editor, product):
    admin = an_actor(brand, Role.BRAND_ADMIN)
    page = a_draft(admin, product).page
    submit_page(editor, page=page, now=NOW)

    with pytest.raises(SamePerson):
        approve_page(admin, page=page, seen=seen(page), now=NOW)

    assert read(product) is None


def test_only_what_was_read_becomes_public(editor, approver, draft, product):
    page = draft.page
    submit_page(editor, page=page, now=NOW)
    before = seen(page)
    mended = withdraw_submission(editor, page=page, now=NOW)
    said = Draft(content=saying("内胆厚三毫米。"))
    save_draft(editor, version=mended, draft=said, revision=mended.revision, now=NOW)
    submit_page(editor, page=page, now=NOW)

    with pytest.raises(ContentChanged):
        approve_page(approver, page=page, seen=before, now=NOW)
    assert read(product) is None

    approve_page(approver, page=page, seen=seen(page), now=NOW)
    assert read(product) == "内胆厚三毫米。"


def test_of_two_editors_the_slower_one_is_told(brand, editor, draft):
    other = an_actor(brand, Role.PRODUCT_SPECIALIST)
    save_draft(
        other, version=draft, draft=Draft(content=saying("快")), revision=draft.revision, now=NOW
    )

    with pytest.raises(EditedMeanwhile) as caught:
        save_draft(
            editor, version=draft, draft=Draft(content=saying("慢")), revision=draft.revision,
            now=NOW,
        )  # fmt: skip

    draft.refresh_from_db()
    assert caught.value.details == {"by": other.label, "revision": 2}
    assert read_content(draft.content) == saying("快")


def test_what_was_submitted_is_not_edited_and_can_be_taken_back(editor, approver, draft):
    page = draft.page
    submit_page(editor, page=page, now=NOW)
    said = Draft(content=saying("später"))
    for deed in (
        lambda: save_draft(editor, version=draft, draft=said, revision=1, now=NOW),
        lambda: start_draft(editor, page=page, now=NOW),
        lambda: submit_page(editor, page=page, now=NOW),
        lambda: discard_draft(editor, page=page, now=NOW),
        lambda: restore_version(editor, page=page, number=1, now=NOW),
    ):
        with pytest.raises(NotADraft):
            deed()

    withdraw_submission(editor, page=page, now=NOW)

    assert states(page) == [(1, State.DRAFT)]
    assert approvals_for(approver).get().decision == Approval.Decision.WITHDRAWN
    with pytest.raises(NothingWaits):
        approve_page(approver, page=page, seen="", now=NOW)
    with pytest.raises(NotADraft):
        withdraw_submission(editor, page=page, now=NOW)


def test_a_refusal_has_a_reason_and_the_next_draft_begins_with_what_was_refused(
    editor, approver, public, product
):
    page = public.page
    second = start_draft(editor, page=page, now=NOW)
    said = Draft(content=saying("最好的"))
    save_draft(editor, version=second, draft=said, revision=second.revision, now=NOW)
    submit_page(editor, page=page, now=NOW)
    with pytest.raises(Invalid):
        refuse_page(approver, page=page, seen=seen(page), note=" ", now=NOW)

    refused = refuse_page(approver, page=page, seen=seen(page), note="L01", now=NOW)

    assert (refused.state, refused.note, refused.decided_by) == ("refused", "L01", approver.label)
    assert read(product) == "内胆厚两毫米。"
    third = start_draft(editor, page=page, now=NOW)
    assert (third.number, read_content(third.content)) == (3, saying("最好的"))


def test_a_page_with_gaps_is_not_submitted(editor, product):
    page = create_page(editor, product=product, now=NOW).page

    with pytest.raises(PageIncomplete) as caught:
        submit_page(editor, page=page, now=NOW)

    assert caught.value.details == {"field": "texts.zh.blocks", "rule": "required", "gaps": 2}
    assert states(page) == [(1, State.DRAFT)]


def test_publication_and_end_have_their_times(editor, approver, product):
    times = {"publish_at": NOW + HOUR, "retire_at": NOW + 3 * HOUR}
    draft = a_draft(editor, product, **times)
    page = draft.page
    assert publish(editor, approver, page).state == State.APPROVED
    assert [read(product, NOW + hours * HOUR) is not None for hours in range(4)] == [
        False, True, True, False,
    ]  # fmt: skip

    assert (mind_pages(NOW), mind_pages(NOW + HOUR), mind_pages(NOW + HOUR)) == (0, 1, 0)
    assert states(page) == [(1, State.PUBLISHED)]
    assert mind_pages(NOW + 3 * HOUR) == 1
    assert states(page) == [(1, State.RETIRED)]
    assert read(product, NOW + 3 * HOUR) is None


def test_a_clock_that_was_down_catches_up(editor, approver, product):
    draft = a_draft(editor, product, publish_at=NOW + HOUR, retire_at=NOW + 2 * HOUR)
    publish(editor, approver, draft.page)

    assert mind_pages(NOW + 9 * HOUR) == 2
    assert states(draft.page) == [(1, State.RETIRED)]


@pytest.mark.parametrize(
    ("times", "rule"),
    [
        ({"retire_at": NOW}, "in_the_past"),
        ({"publish_at": NOW + 2 * HOUR, "retire_at": NOW + HOUR}, "order"),
    ],
)
def test_times_that_cannot_be_are_refused(editor, product, times, rule):
    with pytest.raises(Invalid) as caught:
        a_draft(editor, product, **times)

    assert caught.value.details == {"field": "retire_at", "rule": rule}
    assert not Page.objects.exists()


def test_a_later_word_takes_the_place_of_what_waits_for_its_time(editor, approver, public, product):
    page = public.page
    second = start_draft(editor, page=page, now=NOW)
    planned = Draft(content=saying("später"), publish_at=NOW + HOUR)
    save_draft(editor, version=second, draft=planned, revision=1, now=NOW)
    publish(editor, approver, page)
    third = start_draft(editor, page=page, now=NOW)
    save_draft(
        editor, version=third, draft=Draft(content=saying("sofort")), revision=1, now=NOW
    )  # fmt: skip
    publish(editor, approver, page)

    assert mind_pages(NOW + HOUR) == 0
    assert read(product, NOW + HOUR) == "sofort"
    assert states(page) == [
        (3, State.PUBLISHED), (2, State.WITHDRAWN), (1, State.SUPERSEDED)
    ]  # fmt: skip


def test_what_waits_for_its_time_can_be_called_off(editor, approver, public, product):
    page = public.page
    second = start_draft(editor, page=page, now=NOW)
    planned = Draft(content=saying("nie"), publish_at=NOW + HOUR)
    save_draft(editor, version=second, draft=planned, revision=1, now=NOW)
    publish(editor, approver, page)

    assert cancel_publication(editor, page=page, now=NOW).state == State.WITHDRAWN
    assert read(product, NOW + HOUR) == "内胆厚两毫米。"
    with pytest.raises(NothingPublic):
        cancel_publication(editor, page=page, now=NOW)


def test_a_roll_back_is_a_new_version_that_needs_approval(editor, approver, public, product):
    page = public.page
    second = start_draft(editor, page=page, now=NOW)
    save_draft(
        editor, version=second, draft=Draft(content=saying("falsch")), revision=1, now=NOW
    )  # fmt: skip
    publish(editor, approver, page)
    left = start_draft(editor, page=page, now=NOW)

    back = restore_version(editor, page=page, number=1, now=NOW)

    assert (back.number, back.restored_from, back.state) == (4, 1, State.DRAFT)
    assert read(product) == "falsch"
    publish(editor, approver, page)
    assert read(product) == "内胆厚两毫米。"
    assert states(page) == [
        (4, State.PUBLISHED), (left.number, State.WITHDRAWN), (2, State.SUPERSEDED),
        (1, State.SUPERSEDED),
    ]  # fmt: skip


def test_a_page_is_taken_offline_at_once_with_a_reason(editor, public, product):
    with pytest.raises(Invalid):
        retire_page(editor, page=public.page, reason=" ", now=NOW)

    gone = retire_page(editor, page=public.page, reason="wrong voltage", now=NOW)

    assert (gone.state, gone.note) == (State.RETIRED, "wrong voltage")
    assert read(product) is None
    with pytest.raises(NothingPublic):
        retire_page(editor, page=public.page, reason="again", now=NOW)


def test_R102_files_are_uploads_of_the_brand_and_are_held(editor, product):
    pdf, front = a_manual(editor), a_picture(editor)
    said = content(manuals=(ManualVersion(media=pdf.sha256, title="说明书", bytes=1),))
    zh = replace(said.texts["zh"], blocks=(ImageBlock(media=front.sha256, alt="正面"),))
    version = a_draft(editor, product, replace(said, texts={"zh": zh}))

    stored = read_content(version.content).manuals[0]
    assert (stored.media_type, stored.bytes) == ("application/pdf", pdf.bytes)
    with pytest.raises(MediaInUse):
        remove_media(editor, media=pdf, now=NOW)
    save_draft(editor, version=version, draft=Draft(content=content()), revision=1, now=NOW)
    remove_media(editor, media=pdf, now=NOW)


def test_a_file_of_another_brand_or_of_another_type_is_refused(editor, product):
    stranger = an_actor(a_brand(), Role.PRODUCT_SPECIALIST)
    theirs, ours = a_manual(stranger, "theirs"), a_manual(editor)
    for media, place, rule in (
        (theirs.sha256, "texts.zh.blocks.0.media", "not_uploaded"),
        (ours.sha256, "texts.zh.blocks.0.media", "other_type"),
    ):
        text = PageText(title="x", blocks=(ImageBlock(media=media, alt="x"),))
        with pytest.raises(Invalid) as caught:
            a_draft(editor, product, PageContent(texts={"zh": text}))
        assert (caught.value.details["field"], caught.value.details["rule"]) == (place, rule)
    assert not Page.objects.exists()


def test_R094_an_editor_of_another_brand_finds_nothing(editor, approver, public):
    page, brand = public.page, a_brand()
    stranger, judge = an_actor(brand, Role.PRODUCT_SPECIALIST), an_actor(brand, Role.APPROVER)
    start_draft(editor, page=page, now=NOW)
    said = Draft(content=content())
    for deed in (
        lambda: page_by_id(stranger, page.pk),
        lambda: create_page(stranger, product=page.product, now=NOW),
        lambda: start_draft(stranger, page=page, now=NOW),
        lambda: save_draft(stranger, version=public, draft=said, revision=1, now=NOW),
        lambda: submit_page(stranger, page=page, now=NOW),
        lambda: withdraw_submission(stranger, page=page, now=NOW),
        lambda: discard_draft(stranger, page=page, now=NOW),
        lambda: restore_version(stranger, page=page, number=1, now=NOW),
        lambda: retire_page(stranger, page=page, reason="x", now=NOW),
        lambda: cancel_publication(stranger, page=page, now=NOW),
        lambda: approve_page(judge, page=page, seen="", now=NOW),
        lambda: refuse_page(judge, page=page, seen="", note="x", now=NOW),
    ):
        with pytest.raises(NotFound):
            deed()
    assert published_page_for(stranger, page.product, now=NOW) is None
    assert states(page) == [(2, State.DRAFT), (1, State.PUBLISHED)]


def test_partners_see_no_drafts(brand, draft):
    partner = an_actor(brand, Role.RETAILER, a_partner(brand, "retailer"))

    assert not pages_for(partner)
    with pytest.raises(NotFound):
        page_by_id(partner, draft.page_id)


@pytest.mark.parametrize("others", [1, 3])
def test_the_list_of_pages_costs_two_statements(
    others, editor, approver, django_assert_num_queries
):
    pages = [a_draft(editor, a_product(editor, f"A{number}")).page for number in range(others)]
    publish(editor, approver, pages[0])

    with django_assert_num_queries(2):
        rows = [(row.product.item_no, row.recent[0].state) for row in pages_for(editor)]

    assert rows[0] == ("A0", State.PUBLISHED)
    assert len(rows) == others
    assert list(pages_in(editor, State.PUBLISHED)) == [pages[0]]


def test_a_section_lists_what_is_public_once(editor, approver, public, brand):
    page = public.page
    second = start_draft(editor, page=page, now=NOW)
    planned = Draft(content=saying("neu"), publish_at=NOW + HOUR)
    save_draft(editor, version=second, draft=planned, revision=1, now=NOW)
    publish(editor, approver, page)

    now_ = [(row.number, row.public_at) for row in public_versions_of(brand, now=NOW)]
    then = [(row.number, row.public_at) for row in public_versions_of(brand, now=NOW + HOUR)]
    assert (now_, then) == ([(1, NOW)], [(2, NOW + HOUR)])


def test_others_are_told_what_readers_see(editor, approver, product, settings):
    settings.HEFU_REACTIONS = "tests.apps.catalog.test_pages.REACTIONS"
    TOLD.clear()
    draft = a_draft(editor, product, publish_at=NOW + HOUR, retire_at=NOW + 2 * HOUR)
    publish(editor, approver, draft.page)
    while drain(now=NOW):
        pass
    assert TOLD == []

    mind_pages(NOW + HOUR)
    mind_pages(NOW + 2 * HOUR)
    while drain(now=NOW + 2 * HOUR):
        pass

    about = {"brand_id": product.brand_id, "product_id": product.pk, "item_no": "PN587"}
    assert [PagePublished(**about, number=1), PageRetired(**about, number=1)] == TOLD


TOLD = []


def told(event, *, now):
    TOLD.append(event)


REACTIONS = {PagePublished: (told,), PageRetired: (told,)}
