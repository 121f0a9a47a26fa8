"""Text as people write it (文字): Chinese words found, hits in order, contacts hidden."""

from hefu.core.text.contacts import hide_contacts
from hefu.core.text.grams import Search, folded, gram_text, grams, read_search
from hefu.core.text.ranking import Document, Hit, Why, rank, resembling

__all__ = [
    "Document",
    "Hit",
    "Search",
    "Why",
    "folded",
    "gram_text",
    "grams",
    "hide_contacts",
    "rank",
    "read_search",
    "resembling",
]
