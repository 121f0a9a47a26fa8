"""What keeps a page from being submitted (网页完整性), and what its readers would miss."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hefu.core.advertising import absolute_terms
from hefu.core.pages.values import ImageBlock, PageContent, PageText, TextBlock


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """A place and what is wrong there; ``blocking`` gaps must be mended before submission."""

    place: str  # as in the refusals of ``read_content``: texts.zh.title
    rule: str
    words: str = ""
    blocking: bool = True


def gaps(content: PageContent) -> tuple[Gap, ...]:
    """List the gaps of a page, in its order."""
    return (*_gaps(content),)


def _gaps(content: PageContent) -> Iterator[Gap]:
    if not content.texts:
        yield Gap(place="texts", rule="required")
    for language, text in content.texts.items():
        yield from _text_gaps(f"texts.{language}", text)
    seen: set[tuple[str, str, str, tuple[str, ...]]] = set()
    for place, manual in enumerate(content.manuals):
        if not manual.title:
            yield Gap(place=f"manuals.{place}.title", rule="required")
        key = manual.kind, manual.language, f"{manual.made_from}{manual.made_until}", manual.batches
        if key in seen and manual.issued_on is None:
            yield Gap(place=f"manuals.{place}.issued_on", rule="newer_unknown")
        seen.add(key)
    for key_, value in content.attributes.items():
        if isinstance(value, Mapping):
            for language in content.texts:
                if not value.get(language):
                    yield Gap(
                        place=f"attributes.{key_}", rule="not_in", words=language, blocking=False
                    )


def _text_gaps(at: str, text: PageText) -> Iterator[Gap]:
    if not text.title:
        yield Gap(place=f"{at}.title", rule="required")
    if not text.summary:
        yield Gap(place=f"{at}.summary", rule="required", blocking=False)
    if not text.blocks:
        yield Gap(place=f"{at}.blocks", rule="required")
    for place, block in enumerate(text.blocks):
        if isinstance(block, TextBlock) and not block.text:
            yield Gap(place=f"{at}.blocks.{place}.text", rule="required")
        if isinstance(block, ImageBlock) and not block.alt:
            yield Gap(place=f"{at}.blocks.{place}.alt", rule="required")
    said = " ".join(
        (text.title, text.summary, *(b.text for b in text.blocks if isinstance(b, TextBlock)))
    )
    for words in absolute_terms(said):  # law L01
        yield Gap(place=at, rule="absolute_term", words=words, blocking=False)
