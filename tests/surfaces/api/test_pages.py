"""A brand's own system writes product pages; a person of the brand publishes them."""

import json

import pytest

from hefu.apps.catalog.models import PageVersion
from hefu.apps.catalog.selectors_pages import page_of
from hefu.apps.catalog.services.pages_deciding import approve_page
from hefu.core.pages import content_hash, read_content
from hefu.core.permissions import Permission, Role
from tests.apps.catalog.files import manual
from tests.apps.catalog.pages import a_product, seen
from tests.factories import NOW, a_brand, an_actor
from tests.surfaces.api.conftest import Caller, a_key

pytestmark = pytest.mark.django_db
TEXT = {"kind": "text", "text": "内胆厚两毫米。"}
PAGE = {"texts": {"zh": {"title": "智能电饭煲", "blocks": [TEXT]}}}


@pytest.fixture
def brand():
    return a_brand()


@pytest.fixture
def product(brand):
    return a_product(an_actor(brand, Role.PRODUCT_SPECIALIST))


@pytest.fixture
def system(brand, product):
    return Caller(a_key(brand)[1])


def draft(system, content=PAGE, **about):
    return system.post("pages/drafts", {"item_no": "PN587", "content": content, **about})


def test_R138_a_key_writes_and_submits_and_a_person_publishes(system, brand, product):
    upload = system.client.post(
        "/api/v1/pages/files", {"file": named("v1.pdf", manual())},
        headers={"Authorization": f"Bearer {system.secret}"},
    )  # fmt: skip
    file = json.loads(upload.content)
    assert (file["media_type"], file["bytes"]) == ("application/pdf", len(manual()))
    content = {**PAGE, "manuals": [{"media": file["sha256"], "title": "说明书"}]}

    first = draft(system, content)
    assert (first["number"], first["state"], first["revision"]) == (1, "draft", 1)
    draft(system, content)
    assert system.refused(409, "catalog.edited_meanwhile")["details"]["revision"] == 1
    second = draft(system, content, revision=1)
    assert second["revision"] == 2
    assert system.post("pages/submit", {"item_no": "PN587"})["state"] == "submitted"
    draft(system, content, revision=2)
    system.refused(409, "catalog.not_a_draft")

    approver = an_actor(brand, Role.APPROVER)
    page = page_of(approver, product)
    approve_page(approver, page=page, seen=seen(page), now=NOW)

    assert system.get("pages")["items"][0]["public"] == 1
    told = system.get("pages/content?item_no=PN587")
    assert told["content"]["manuals"][0]["bytes"] == len(manual())
    assert told["content_hash"] == content_hash(read_content(told["content"]))


def named(name, content):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content, "application/pdf")


def test_history_tells_changes_and_a_version_comes_back(system, brand, product):
    draft(system)
    system.post("pages/submit", {"item_no": "PN587"})
    system.post("pages/withdraw", {"item_no": "PN587"})
    back = system.post("pages/restore", {"item_no": "PN587", "number": 1})
    system.refused(409, "catalog.not_a_draft")  # it is the draft itself
    assert back["details"]["state"] == "draft"
    approver = an_actor(brand, Role.APPROVER)
    system.post("pages/submit", {"item_no": "PN587"})
    page = page_of(approver, product)
    approve_page(approver, page=page, seen=seen(page), now=NOW)
    newer = {
        "texts": {"zh": {"title": "电饭煲", "blocks": [TEXT]}},
        "attributes": {"life_years": 8},
    }
    draft(system, newer)

    told = system.get("pages/changes?item_no=PN587&old=1&new=2")["changes"]

    assert told == [
        {
            "about": "field",
            "language": "zh",
            "field": "title",
            "old": "智能电饭煲",
            "new": "电饭煲",
        },
        {"about": "attribute", "key": "life_years", "old": None, "new": 8},
    ]
    restored = system.post("pages/restore", {"item_no": "PN587", "number": 1})
    assert (restored["number"], restored["restored_from"]) == (3, 1)
    assert [row["state"] for row in system.get("pages/versions?item_no=PN587")] == [
        "draft", "withdrawn", "published",
    ]  # fmt: skip
    gone = system.post("pages/retire", {"item_no": "PN587", "reason": "wrong voltage"})
    assert (gone["state"], gone["note"]) == ("retired", "wrong voltage")


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"texts": {"zh": {"blocks": [{"kind": "image", "media": "x"}]}}},
         "texts.zh.blocks.0.media"),
        ({"texts": {"zh": {"title": "a\ud800"}}}, "texts.zh.title"),
        ({"texts": {"\ud800": {}}}, "texts.?"),
        ({"manuals": [{"media": "0" * 64, "kind": ["manual"]}]}, "manuals.0.kind"),
        ({"attributes": {"energy_class_eu": ["A"]}}, "attributes.energy_class_eu"),
        ({"manuals": [{"media": "0" * 64}]}, "manuals.0.media"),
    ],
)  # fmt: skip
def test_what_is_refused_is_named_and_nothing_is_kept(system, content, field):
    draft(system, content)

    assert system.refused(422, "invalid")["field"] == field
    assert not PageVersion.objects.exists()


def test_a_key_needs_the_scope_and_sees_its_brand_only(system, brand, product):
    draft(system)
    reader = Caller(a_key(brand, [Permission.PRODUCT_VIEW])[1])
    assert reader.get("pages/content?item_no=PN587")["state"] == "draft"
    draft(reader)
    reader.refused(403, "not_allowed")
    stranger = Caller(a_key(a_brand())[1])
    assert stranger.get("pages")["items"] == []
    stranger.get("pages/content?item_no=PN587")
    stranger.refused(404, "not_found")
    draft(stranger)
    stranger.refused(404, "not_found")
