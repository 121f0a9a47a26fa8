"""Every sentence of the desk and its design is Chinese too: none is left to its English."""

import ast
import re
from functools import cache
from pathlib import Path

import django.conf.locale
from babel.messages.pofile import read_po

import hefu

HOME = Path(hefu.__file__).parent
SURFACES = [HOME / "surfaces" / name for name in ("desk", "design")]
DJANGO = Path(django.conf.locale.__file__).parent / "zh_Hans"
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
TAG = re.compile(r"""(?:\{% translate |_\()(["'])(.+?)\1""")
BLOCK = re.compile(r"\{% blocktranslate.*?%\}(.*?)\{% endblocktranslate", re.DOTALL)
BLANK = re.compile(r"\{\{ ([\w.]+) \}\}")


@cache
def spoken() -> frozenset[str]:
    """What has Chinese words, in the catalogues of the house and of Django."""
    known: set[str] = set()
    for source in [*HOME.rglob("zh_Hans/LC_MESSAGES/django.po"), *DJANGO.rglob("django.po")]:
        with source.open("rb") as file:
            for message in read_po(file, locale="zh_Hans"):
                if message.string:
                    known |= {*([message.id] if isinstance(message.id, str) else message.id)}
    return frozenset(known)


def said(folder: Path):
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
                for argument in node.args[:2]:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield path, argument.value
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        yield from ((path, match[1]) for match in TAG.findall(text))
        for block in BLOCK.findall(text):
            for form in re.split(r"\{% plural %\}", block):
                yield path, BLANK.sub(r"%(\1)s", form.replace("%", "%%"))


def test_every_sentence_has_chinese_words():
    silent = {
        f"{path.name}: {text}" for folder in SURFACES for path, text in said(folder)
        if text not in spoken() and text.replace("%%", "%") not in spoken()
    }  # fmt: skip
    assert not silent, sorted(silent)
