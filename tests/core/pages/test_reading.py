"""A page document is read strictly and written one way only."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.errors import Invalid
from hefu.core.pages import (
    ImageBlock,
    ManualKind,
    ManualVersion,
    PageContent,
    PageText,
    TextBlock,
    VideoBlock,
    content_bytes,
    content_hash,
    difference,
    gaps,
    media_named,
    read_content,
    write_content,
)

A, B, C = "a" * 64, "b" * 64, "c" * 64
PAGE = {
    "texts": {
        "zh": {
            "title": "智能电饭煲",
            "summary": "四升,二十四小时预约",
            "keywords": ["电饭煲", "PN587"],
            "blocks": [
                {"kind": "text", "text": "## 特点\n\n内胆厚 2 毫米"},
                {"kind": "image", "media": A, "alt": "电饭煲正面"},
                {"kind": "video", "url": "https://films.example/587", "poster": B},
            ],
        }
    },
    "manuals": [
        {"media": C, "title": "使用说明书", "label": "V1", "batches": ["02", "01", "01"],
         "made_from": "2022-12-01", "issued_on": "2022-11-20", "bytes": 5},
    ],
    "attributes": {"spare_parts_years": 10, "recycled_bp": 1500, "materials": {"zh": "钢"}},
}  # fmt: skip


def test_R096_a_document_becomes_a_page_and_back():
    content = read_content(PAGE)

    assert content.texts["zh"].blocks == (
        TextBlock(text="## 特点\n\n内胆厚 2 毫米"),
        ImageBlock(media=A, alt="电饭煲正面"),
        VideoBlock(url="https://films.example/587", poster=B),
    )
    assert content.manuals[0].batches == ("01", "02")
    assert content.manuals[0].made_from == date(2022, 12, 1)
    assert content.attributes["recycled_bp"] == 1500
    assert media_named(content) == {A, B, C}
    assert read_content(write_content(content)) == content
    assert json.loads(content_bytes(content)) == write_content(content)


def test_the_hash_of_a_known_document():
    # printf '%s' '{"texts":{"zh":{"title":"电饭煲"}}}' | sha256sum
    content = PageContent(texts={"zh": PageText(title="电饭煲")})

    assert content_bytes(content) == '{"texts":{"zh":{"title":"电饭煲"}}}'.encode()
    assert content_hash(content) == (
        "16c006c3f9532d3f33a204ec012ffa7fb7e123c43d4a28d4ff1b1faf1d1361f9"
    )


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"texts": {"zh_CN": {}}}, "texts.zh_CN", "not_a_language"),
        ({"texts": {"zh": {"titel": "x"}}}, "texts.zh.titel", "unknown"),
        ({"texts": {"zh": {"title": "x" * 121}}}, "texts.zh.title", "too_long"),
        ({"texts": {"zh": {"title": "a\u202eb"}}}, "texts.zh.title", "control_characters"),
        ({"texts": {"zh": {"blocks": [{"kind": "html"}]}}}, "texts.zh.blocks.0.kind",
         "not_a_choice"),
        ({"texts": {"zh": {"blocks": [{"kind": "image"}]}}}, "texts.zh.blocks.0.media", "required"),
        ({"texts": {"zh": {"blocks": [{"kind": "image", "media": "../x"}]}}},
         "texts.zh.blocks.0.media", "not_a_hash"),
        ({"texts": {"zh": {"blocks": [{"kind": "video", "url": "javascript:alert(1)"}]}}},
         "texts.zh.blocks.0.url", "not_https"),
        ({"texts": {"zh": {"blocks": [{"kind": "video", "url": "https://u:p@h/"}]}}},
         "texts.zh.blocks.0.url", "not_https"),
        ({"texts": {"zh": {"blocks": [{"kind": "video"}]}}}, "texts.zh.blocks.0.url",
         "file_or_address"),
        ({"manuals": [{"media": A, "made_from": "2026-02-30"}]}, "manuals.0.made_from",
         "not_a_date"),
        ({"manuals": [{"media": A, "made_from": "2026-02-02", "made_until": "2026-02-01"}]},
         "manuals.0.made_until", "before_start"),
        ({"manuals": [{"media": A, "batches": ["a,b"]}]}, "manuals.0.batches", "not_a_batch"),
        ({"manuals": [{"media": A, "kind": "song"}]}, "manuals.0.kind", "not_a_choice"),
        ({"attributes": {"colour": "red"}}, "attributes.colour", "unknown"),
        ({"attributes": {"recycled_bp": 10_001}}, "attributes.recycled_bp", "out_of_range"),
        ({"attributes": {"recycled_bp": True}}, "attributes.recycled_bp", "whole_number_up_to"),
        ({"attributes": {"country": "China"}}, "attributes.country", "not_a_country"),
        ({"attributes": {"energy_class_eu": "H"}}, "attributes.energy_class_eu", "not_a_choice"),
        ({"attributes": {"take_back": 1}}, "attributes.take_back", "not_yes_no"),
        ({"attributes": {"take_back_url": "http://a.example"}}, "attributes.take_back_url",
         "not_https"),
        ({"attributes": {"materials": "steel"}}, "attributes.materials", "not_an_object"),
        ({"surprise": 1}, "content.surprise", "unknown"),
        ([], "content", "not_an_object"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_its_place(change, field, rule):
    with pytest.raises(Invalid) as caught:
        read_content(change)

    assert (caught.value.details["field"], caught.value.details["rule"]) == (field, rule)


def test_the_same_words_have_the_same_hash_whatever_typed_them():
    typed = read_content({"texts": {"en": {"title": " Cafe\u0301 ", "blocks": [
        {"kind": "text", "text": "one\r\ntwo\n"}]}}})  # fmt: skip
    sent = read_content(
        {"texts": {"en": {"blocks": [{"text": "one\ntwo", "kind": "text"}], "title": "Café"}}}
    )

    assert content_hash(typed) == content_hash(sent)


def test_gaps_say_what_a_reader_would_miss():
    content = read_content({
        "texts": {
            "zh": {"title": "最佳电饭煲", "blocks": [{"kind": "image", "media": A}]},
            "en": {"title": "Rice cooker", "summary": "4 litres",
                   "blocks": [{"kind": "text", "text": "Fast."}]},
        },
        "manuals": [{"media": A, "title": "M"}, {"media": B}],
        "attributes": {"materials": {"zh": "钢"}},
    })  # fmt: skip

    assert [(gap.place, gap.rule, gap.blocking) for gap in gaps(content)] == [
        ("texts.zh.summary", "required", False),
        ("texts.zh.blocks.0.alt", "required", True),
        ("texts.zh", "absolute_term", False),
        ("manuals.1.title", "required", True),
        ("manuals.1.issued_on", "newer_unknown", True),
        ("attributes.materials", "not_in", False),
    ]
    assert [gap.place for gap in gaps(PageContent())] == ["texts"]


words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), max_size=12)
blocks = st.one_of(
    st.builds(TextBlock, text=words),
    st.builds(ImageBlock, media=st.sampled_from([A, B]), alt=words, caption=words),
    st.builds(VideoBlock, media=st.sampled_from([A, B]), caption=words),
)
contents = st.builds(
    PageContent,
    texts=st.dictionaries(
        st.sampled_from(["zh", "en", "zh-Hant"]),
        st.builds(PageText, title=words, blocks=st.lists(blocks, max_size=4).map(tuple)),
        max_size=2,
    ),
    manuals=st.lists(
        st.builds(
            ManualVersion, media=st.sampled_from([A, B]), kind=st.sampled_from(ManualKind),
            label=words, made_from=st.none() | st.dates(),
        ),
        max_size=3,
    ).map(tuple),
    attributes=st.dictionaries(st.just("life_years"), st.integers(0, 100)),
)  # fmt: skip


@settings(max_examples=60)
@given(contents)
def test_reading_what_was_written_is_the_same_page(content):
    read = read_content(write_content(content))

    assert read_content(write_content(read)) == read
    assert content_hash(read_content(json.loads(content_bytes(read)))) == content_hash(read)


@settings(max_examples=60)
@given(contents, contents)
def test_a_difference_is_empty_exactly_when_the_bytes_are_the_same(one, other):
    old, new = read_content(write_content(one)), read_content(write_content(other))

    assert (not difference(old, new)) == (content_bytes(old) == content_bytes(new))
    assert difference(old, old) == ()
