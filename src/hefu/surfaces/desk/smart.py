"""The smart code (智慧码) of a model as the desk shows it, and print files with their progress."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from hefu.apps.catalog.models import Product, SymbolRun
from hefu.apps.catalog.smart import digital_link_of, link_of
from hefu.core.actor import Actor
from hefu.core.codes.short_codes import grouped, is_own
from hefu.surfaces.desk.forms_smart import SymbolForm
from hefu.surfaces.desk.shown import size, when
from hefu.surfaces.desk.written import FileOfJob, beside_jobs
from hefu.surfaces.qr import qr_svg


@dataclass(frozen=True, kw_only=True, slots=True)
class SmartCard:
    """What the card on a model's page shows; without digits it has no symbol."""

    digits: str
    printed: str  # the digits in groups
    own: bool  # the house gave them
    link: str
    digital_link: str
    symbol: SafeString | None
    form: SymbolForm


def smart_card(product: Product) -> SmartCard:
    """Return the card of a model."""
    link, other = link_of(product), digital_link_of(product)
    form = SymbolForm(auto_id="symbol_%s")
    if not other:
        del form.fields["payload"]
    return SmartCard(
        digits=product.short_code, printed=grouped(product.short_code), link=link,
        own=bool(product.short_code) and is_own(product.short_code), digital_link=other,
        symbol=qr_svg(link, label=product.short_code) if link else None, form=form,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ShownRun(FileOfJob):
    """A print file with its job."""

    run: SymbolRun

    @property
    def about(self) -> str:
        """How large, and of when, in one line."""
        return " · ".join((size(self.run.size), when(self.run.created_at)))


def shown_runs(actor: Actor, runs: Iterable[SymbolRun]) -> list[ShownRun]:
    """Put print files beside their jobs; one query for all of them."""
    return [ShownRun(run=row, sha256=row.sha256, job=job) for row, job in beside_jobs(actor, runs)]
