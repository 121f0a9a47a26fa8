"""What lies in cartons and on pallets (箱、托盘), read; and the numbers that name them."""

from collections.abc import Iterable, Iterator, Sequence

from hefu.apps.accounts.models import Organisation
from hefu.apps.accounts.selectors import organisations_for
from hefu.apps.epcis.errors import BadSscc
from hefu.apps.epcis.models import Content, LogisticUnit
from hefu.apps.identity.services.marks import Serials
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.gs1.checks import check_digit


def read_sscc(text: str) -> str:
    """The 18 digits of an SSCC, as typed, scanned with AI (00), or as a link.

    Raises:
        BadSscc: not 18 digits, or a false check digit.
    """
    digits = text.strip().removeprefix("(00)").rpartition("/00/")[2]
    if len(digits) == 20 and digits.startswith("00"):
        digits = digits[2:]
    if not (len(digits) == 18 and digits.isascii() and digits.isdigit()):
        raise BadSscc(field="sscc", rule="eighteen_digits", value=text[:40])
    if check_digit(digits[:-1]) != digits[-1]:
        raise BadSscc(field="sscc", rule="check_digit", value=digits)
    return digits


def partner_of(actor: Actor, organisation_id: int) -> Organisation:
    """A partner of the actor's brand.

    Raises:
        NotFound: there is no such partner.
    """
    found = organisations_for(actor).filter(pk=organisation_id).first()
    if found is None:
        raise NotFound(field="organisation")
    return found


def known_cartons(actor: Actor, ssccs: Iterable[str]) -> list[str]:
    """Those of these cartons that the brand knows."""
    rows = LogisticUnit.objects.filter(brand_id=actor.own_brand(), sscc__in=list(ssccs))
    return list(rows.order_by("sscc").values_list("sscc", flat=True))


def ranges_in(actor: Actor, ssccs: Sequence[str]) -> list[Serials]:
    """The ranges that lie in these cartons and in the cartons on these pallets."""
    if not ssccs:
        return []
    own = LogisticUnit.objects.filter(brand_id=actor.own_brand())
    units = own.filter(sscc__in=ssccs) | own.filter(parent__sscc__in=ssccs)
    rows = Content.objects.filter(logistic_unit__in=units, until=None).order_by("batch_id", "first")
    return [Serials(batch_id=row.batch_id, first=row.first, count=row.count) for row in rows]


def runs_of(keys: Iterable[tuple[int, int]]) -> Iterator[Serials]:
    """Single serials, as (batch, serial), gathered into runs without gaps."""
    first = count = -1
    batch = -1
    for batch_id, serial in sorted(keys):
        if (batch_id, serial) == (batch, first + count):
            count += 1
            continue
        if count > 0:
            yield Serials(batch_id=batch, first=first, count=count)
        batch, first, count = batch_id, serial, 1
    if count > 0:
        yield Serials(batch_id=batch, first=first, count=count)
