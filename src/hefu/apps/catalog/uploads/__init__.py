"""Uploads to product pages (上传): what may come in, looked at by content, and where it lies."""

from hefu.apps.catalog.uploads.folders import Incoming, discard, file_of, place, variant_of
from hefu.apps.catalog.uploads.receiving import receive

__all__ = ["Incoming", "discard", "file_of", "place", "receive", "variant_of"]
