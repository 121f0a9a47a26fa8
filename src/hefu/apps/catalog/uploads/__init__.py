"""Uploads to product pages (上传): what may come in, looked at by content, and where it lies."""

from hefu.apps.catalog.uploads.folders import Incoming, discard, file_of, place, variant_of
from hefu.apps.catalog.uploads.pdfs import page_size
from hefu.apps.catalog.uploads.receiving import receive
from hefu.apps.catalog.uploads.taken import taken_at

__all__ = [
    "Incoming",
    "discard",
    "file_of",
    "page_size",
    "place",
    "receive",
    "taken_at",
    "variant_of",
]
