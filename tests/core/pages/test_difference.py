"""Changes between versions are told as a person would tell them."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.pages import (
    AttributeChange,
    BlockChange,
    FieldChange,
    How,
    ImageBlock,
    LanguageChange,
    ManualChange,
    ManualVersion,
    Mark,
    PageContent,
    PageText,
    TextBlock,
    difference,
    words_changed,
)

A, B = "a" * 64, "b" * 64
FIRST, SECOND, PICTURE = (
    TextBlock(text="内胆厚两毫米,受热均匀。"),
    TextBlock(text="Steam vents at the back."),
    ImageBlock(media=A, alt="front"),
)
V1 = ManualVersion(media=A, label="V1", title="说明书")
V2 = ManualVersion(media=B, label="V2", title="说明书")
OLD = PageContent(
    texts={"zh": PageText(title="电饭煲", blocks=(FIRST, PICTURE, SECOND))},
    manuals=(V1,),
    attributes={"life_years": 8},
)


def test_each_part_of_the_page_has_its_kind_of_change():
    longer = TextBlock(text="内胆厚三毫米,受热均匀,不易粘。")
    new = PageContent(
        texts={
            "zh": PageText(title="智能电饭煲", blocks=(longer, PICTURE)),
            "en": PageText(title="Rice cooker"),
        },
        manuals=(replace(V1, batches=("01",)), V2),
        attributes={"life_years": 10, "take_back": True},
    )

    assert difference(OLD, new) == (
        FieldChange(language="zh", field="title", old="电饭煲", new="智能电饭煲"),
        BlockChange(how=How.REMOVED, language="zh", old_place=2, new_place=None,
                    old=SECOND, new=None),
        BlockChange(how=How.CHANGED, language="zh", old_place=0, new_place=0,
                    old=FIRST, new=longer),
        LanguageChange(how=How.ADDED, language="en"),
        FieldChange(language="en", field="title", old="", new="Rice cooker"),
        ManualChange(how=How.CHANGED, old=V1, new=new.manuals[0], fields=("batches",)),
        ManualChange(how=How.ADDED, old=None, new=V2),
        AttributeChange(key="life_years", old=8, new=10),
        AttributeChange(key="take_back", old=None, new=True),
    )  # fmt: skip


def test_a_block_that_only_moved_is_said_to_have_moved():
    new = replace(OLD, texts={"zh": PageText(title="电饭煲", blocks=(PICTURE, SECOND, FIRST))})

    (change,) = difference(OLD, new)

    assert isinstance(change, BlockChange)
    assert (change.how, change.old_place, change.new_place) == (How.MOVED, 0, 2)


def test_words_are_compared_word_by_word_and_characters_in_chinese():
    pieces = words_changed("保修12个月 free repair", "保修24个月 free parts")

    assert [(piece.mark, piece.text) for piece in pieces] == [
        (Mark.KEPT, "保修"), (Mark.GONE, "12"), (Mark.NEW, "24"), (Mark.KEPT, "个月 free "),
        (Mark.GONE, "repair"), (Mark.NEW, "parts"),
    ]  # fmt: skip


@settings(max_examples=60)
@given(st.text(max_size=40), st.text(max_size=40))
def test_pieces_hold_both_texts(old, new):
    pieces = words_changed(old, new)

    assert "".join(p.text for p in pieces if p.mark is not Mark.NEW) == old
    assert "".join(p.text for p in pieces if p.mark is not Mark.GONE) == new
