"""The linters (检查器) of the GS1 Syntax Dictionary: one small rule each, by its official name.

``check("csum", "4006381333932")`` answers which rule the text breaks and where, or None. Four of
them can also ask whether a GS1 company prefix is registered: hand them a ``PrefixCheck``. Without
one a prefix is taken as it is, for the registry is not public.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from hefu.core.gs1.linters import characters, coupons, dates, numbers, places
from hefu.core.gs1.linters.coupons import PrefixCheck
from hefu.core.gs1.linters.lapse import Lapse, Linter, whole

__all__ = ["LINTERS", "PREFIX_LINTERS", "Lapse", "Linter", "PrefixCheck", "check"]


def gcppos1(text: str, prefix_check: PrefixCheck | None = None) -> Lapse | None:
    """The text begins with a GS1 company prefix."""
    rule = prefix_check(text) if prefix_check else None
    return whole(rule, text) if rule else None


def gcppos2(text: str, prefix_check: PrefixCheck | None = None) -> Lapse | None:
    """A GS1 company prefix begins at the second character."""
    lapse = gcppos1(text[1:], prefix_check)
    return lapse.moved(1) if lapse else None


#: Linters that need nothing but the text.
LINTERS: Mapping[str, Linter] = MappingProxyType(
    {
        "cset39": characters.cset39,
        "cset64": characters.cset64,
        "cset82": characters.cset82,
        "csetnumeric": characters.csetnumeric,
        "csum": characters.csum,
        "csumalpha": characters.csumalpha,
        "hasnondigit": characters.hasnondigit,
        "hh": dates.hh,
        "hhmi": dates.hhmi,
        "hyphen": characters.hyphen,
        "iban": places.iban,
        "importeridx": characters.importeridx,
        "iso3166": places.iso3166,
        "iso3166999": places.iso3166999,
        "iso3166alpha2": places.iso3166alpha2,
        "iso4217": places.iso4217,
        "iso5218": numbers.iso5218,
        "latitude": places.latitude,
        "longitude": places.longitude,
        "mediatype": numbers.mediatype,
        "mi": dates.mi,
        "nonzero": numbers.nonzero,
        "nozeroprefix": numbers.nozeroprefix,
        "packagetype": places.packagetype,
        "pcenc": characters.pcenc,
        "pieceoftotal": numbers.pieceoftotal,
        "posinseqslash": numbers.posinseqslash,
        "ss": dates.ss,
        "winding": numbers.winding,
        "yesno": numbers.yesno,
        "yymmd0": dates.yymmd0,
        "yymmdd": dates.yymmdd,
        "yyyymmd0": dates.yyyymmd0,
        "yyyymmdd": dates.yyyymmdd,
        "zero": numbers.zero,
    }
)
#: Linters that can also ask for the registration of a company prefix.
PREFIX_LINTERS: Mapping[str, Callable[[str, PrefixCheck | None], Lapse | None]] = MappingProxyType(
    {
        "couponcode": coupons.couponcode,
        "couponposoffer": coupons.couponposoffer,
        "gcppos1": gcppos1,
        "gcppos2": gcppos2,
    }
)


def check(name: str, text: str, *, prefix_check: PrefixCheck | None = None) -> Lapse | None:
    """What the linter ``name`` finds wrong with ``text``, or None.

    Raises:
        ValueError: if there is no linter of that name.
    """
    if name in PREFIX_LINTERS:
        return PREFIX_LINTERS[name](text, prefix_check)
    if name in LINTERS:
        return LINTERS[name](text)
    raise ValueError(f"no linter named {name!r}")
