"""Posters (海报) drawn from words: laid out once, written as PDF for print and SVG for screens."""

from hefu.symbols.posters.layout import SHEETS, PosterWords, Sheet
from hefu.symbols.posters.writing import poster_pdf, poster_svg

__all__ = ["SHEETS", "PosterWords", "Sheet", "poster_pdf", "poster_svg"]
