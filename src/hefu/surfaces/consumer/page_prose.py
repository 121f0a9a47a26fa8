"""Words of a page (正文): CommonMark to HTML, with tables; tags in it stay words.

The page has its title already, so headings begin one level below it. Pictures stand in blocks of
their own, with sizes and copies; a picture in the text would be fetched from anywhere.
"""

from collections.abc import Mapping, MutableMapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

_DEEPEST = 4


class _Renderer(RendererHTML):
    """HTML for a page that has an ``h1`` and a narrow screen; ``env`` has the first level used."""

    def heading_open(self, tokens: Sequence[Token], at: int, _options: Any, env: Any) -> str:
        """Begin a heading below the page's own."""
        return f"<{_below(tokens[at], env)}>"

    def heading_close(self, tokens: Sequence[Token], at: int, _options: Any, env: Any) -> str:
        """End it."""
        return f"</{_below(tokens[at], env)}>\n"

    def table_open(self, *_more: Any) -> str:
        """Let a wide table scroll by itself, also by keyboard."""
        label = _("Table")
        return f'<div class="wide" role="region" aria-label="{label}" tabindex="0"><table>\n'

    def table_close(self, *_more: Any) -> str:
        """End it."""
        return "</table></div>\n"

    def link_open(
        self, tokens: Sequence[Token], at: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        """Tell the other side nothing about the reader's page."""
        if str(tokens[at].attrs.get("href", "")).startswith(("http:", "https:")):
            tokens[at].attrSet("rel", "noopener noreferrer nofollow")
        return str(self.renderToken(tokens, at, options, env))


def _below(token: Token, env: Mapping[str, int]) -> str:
    return f"h{min(int(token.tag[1]) - env['first'] + 2, _DEEPEST)}"


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer)
    return made.enable("table").disable("image")


def prose(text: str) -> SafeString:
    """Render a text block."""
    parser = _parser()
    tokens = parser.parse(text)
    # whichever level an author begins with, no level is left out below the title
    levels = [int(one.tag[1]) for one in tokens if one.type == "heading_open"]
    env = {"first": min(levels, default=1)}
    html = str(parser.renderer.render(tokens, parser.options, env))
    return mark_safe(html)  # noqa: S308  (the parser escapes what is not its own)
