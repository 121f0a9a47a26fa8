"""The words of the phone pages: every reason has a sentence, every sentence is Chinese too."""

import ast
import gettext
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.template.loader import render_to_string
from django.utils import translation

from hefu.apps.identity.errors import life
from hefu.apps.members import errors as member_errors
from hefu.core.codes import verdict
from hefu.core.codes.verdict import Reason, Verdict, VerdictKind
from hefu.core.errors import DomainError
from hefu.surfaces import consumer
from hefu.surfaces.consumer import choices, results, sentences
from hefu.surfaces.design import vocabulary
from tests.surfaces.consumer.conftest import text_of, visit

HOME = Path(consumer.__file__).parent
CATALOGUE = HOME / "locale" / "zh_Hans" / "LC_MESSAGES"
SINCE = datetime(2026, 11, 2, 4, tzinfo=UTC)
#: What marks a message, and how many of its arguments come before it (the context).
_CALL = {
    "_": 0, "gettext": 0, "gettext_lazy": 0, "ngettext": 0, "pgettext": 1, "pgettext_lazy": 1,
}  # fmt: skip
_TAG = re.compile(r"""(?:\{% translate |=_\()(["'])(.*?)\1""")
_BLOCK = re.compile(r"\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate", re.DOTALL)


def said() -> set[str]:
    """Every message of this surface, read from its sources."""
    found: set[str] = set()
    for path in HOME.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _CALL:
                args = node.args[_CALL[node.func.id] :]
                found |= {arg.value for arg in args if isinstance(arg, ast.Constant)}
    for path in HOME.rglob("*.html"):
        text = path.read_text()
        found |= {match[1] for match in _TAG.findall(text)}
        forms = [form for block in _BLOCK.findall(text) for form in block.split("{% plural %}")]
        found |= {re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", form) for form in forms}
    return found


def test_every_message_is_translated_and_no_translation_is_left_over():
    with (CATALOGUE / "django.po").open("rb") as file:
        catalogue = read_po(file)
    known = {id_ for m in catalogue if m.id for id_ in ([m.id] if isinstance(m.id, str) else m.id)}

    assert said() - known == set()
    assert known - said() == set()
    assert all(m.string and not m.fuzzy for m in catalogue if m.id)


def test_the_compiled_catalogue_is_the_written_one():
    with (CATALOGUE / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    with (CATALOGUE / "django.po").open("rb") as file:
        written = read_po(file)

    for message in written:
        if isinstance(message.id, str) and message.id:
            there = compiled.gettext(message.id)
            if message.context:
                there = compiled.pgettext(message.context, message.id)
            assert there == message.string


def reason_codes() -> set[str]:
    """The codes of the judge's reasons, read from its source, but for what only the brand sees."""
    tree = ast.parse(Path(verdict.__file__).read_text())
    named = {
        keyword.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason"
        for keyword in node.keywords
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant)
    }
    standing = set(re.findall(r'_standing\("(\w+)"', Path(verdict.__file__).read_text()))
    return (named | standing | {"activated", "activated_by_you"}) - {"outside_shipped_regions"}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_L46_every_reason_of_a_verdict_has_a_sentence_that_promises_nothing(language):
    assert len(reason_codes()) >= 14
    with translation.override(language):
        for code in reason_codes():
            reason = Reason(code=code, since=SINCE, count=41, place="440100>110000")
            text = results.sentence(reason)
            assert text, code
            assert "%(" not in text
            assert not re.search(r"guarantee|certain|保证|绝对|100 ?%", text), code


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", list(VerdictKind))
def test_every_verdict_can_be_drawn_without_a_request(kind, language):
    with translation.override(language):
        told = results.told(Verdict(kind=kind), why="because")
        context = {**results.miss_context(brand=None, typing_error=False), "told": told}
        page = render_to_string("consumer/result.html", context)

    assert told.kind in vocabulary.VERDICTS
    assert "because" in page
    if kind not in (VerdictKind.GENUINE_FIRST, VerdictKind.GENUINE_AGAIN):
        assert str(vocabulary.VERDICTS["genuine_first"].title) not in page or told.title


def test_the_place_of_the_first_check_is_a_province_in_the_readers_language():
    reason = Reason(code="checked_before", since=SINCE, count=2, place="440100")
    with translation.override("en"):
        assert "in Guangdong" in results.sentence(reason)
    with translation.override("zh-hans"):
        assert "在广东" in results.sentence(reason)


def refusals() -> list[type[DomainError]]:
    return [
        kind
        for module in (life, member_errors)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, DomainError) and kind is not DomainError
    ]


@pytest.mark.parametrize("refusal", refusals(), ids=lambda kind: kind.code)
def test_every_refusal_has_a_sentence_without_jargon(refusal):
    with translation.override("en"):
        text = sentences.explain(refusal(retry_after=70))

    assert text.endswith(".")
    assert refusal.code not in text


def test_every_purpose_has_a_short_name():
    with translation.override("zh-hans"):
        assert len({choices.purpose_title(purpose) for purpose in choices.Purpose}) == len(
            choices.Purpose
        )


@pytest.mark.django_db
def test_a_chinese_reader_reads_chinese(goods, phone):
    page = visit(phone, goods)
    assert "The code belongs to this product" in text_of(page)

    page = phone.get(page.wsgi_request.path, headers={"Accept-Language": "zh-CN"})

    assert "此码与本产品相符" in text_of(page)
