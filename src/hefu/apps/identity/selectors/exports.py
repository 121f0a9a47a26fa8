"""Exports (导出) as an actor may see them, and the print run a file is made from."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from hefu.apps.audit.models import Job
from hefu.apps.identity.labels import PrintRun
from hefu.apps.identity.models import Batch, Export, ProductionOrder
from hefu.apps.identity.selectors.keys import sealer_of
from hefu.apps.identity.selectors.orders import orders_for
from hefu.apps.identity.selectors.templates import host_of, template_of
from hefu.core.actor import Actor
from hefu.core.codes import Face, Range, build_link
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission

#: Stands in for the serial while the URL's head is built.
_ANY_SERIAL = "0"


def exports_for(actor: Actor) -> QuerySet[Export]:
    """The exports of the orders the actor may see, newest first, with their downloads counted."""
    actor.require(Permission.CODE_EXPORT)
    rows = Export.objects.filter(brand_id=actor.own_brand())
    if actor.is_partner:
        rows = rows.filter(order__supplier_id=actor.organisation_id)
    return (
        rows.select_related("order__batch__product")
        .annotate(download_count=Count("downloads"))
        .order_by("-created_at", "-pk")
    )


def export_by_id(actor: Actor, pk: int) -> Export:
    """Return one export.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    row = exports_for(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def progress_of(export: Export) -> int:
    """How much of the file is written, in percent; 100 once it is sealed."""
    if export.sha256:
        return 100
    job = Job.objects.filter(pk=export.job_id or 0).first()
    return job.percent if job else 0


def file_of(export: Export) -> Path:
    """Where the file is."""
    return Path(settings.HEFU_DATA) / export.path


def print_run_of(order: ProductionOrder) -> PrintRun:
    """Return what an issued order prints."""
    batch = order.batch
    ranges = order.ranges.order_by("first").values_list("first", "count")
    element_head = f"(01){batch.product.gtin.zfill(14)}(21)" if batch.product.gtin else ""
    return PrintRun(
        outer=sealer_of(batch),
        inner=sealer_of(batch, Face.INNER) if batch.inner else None,
        reference=batch.reference,
        template=template_of(batch.template, *([batch.channel] if batch.channel else []))
        if batch.template
        else None,
        model=batch.product.model,
        made_on=batch.produced_on,
        batch=batch.number,
        channel=batch.channel.code if batch.channel else None,
        link_head=link_head_of(batch),
        element_head="" if batch.template else element_head,
        name=f"{batch.product.name} {batch.product.model}",
        ranges=tuple(Range(start=first, stop=first + count) for first, count in ranges),
    )


def link_head_of(batch: Batch) -> str:
    """The URL of a batch's codes up to the serial, in upper case; http only where we serve http.

    A product without a GTIN has no GS1 Digital Link: its codes go to ``/C/`` of the same host.
    """
    host = host_of(batch.brand)
    if batch.product.gtin:
        head = build_link(host, batch.product.gtin, _ANY_SERIAL).removesuffix(_ANY_SERIAL)
    else:
        head = f"HTTPS://{host.upper()}/C/"
    plain = not batch.brand.host and urlsplit(settings.HEFU_ORIGIN).scheme == "http"
    return head.replace("HTTPS://", "HTTP://", 1) if plain else head


@dataclass(frozen=True, kw_only=True)
class PrintReport:
    """One order: codes ordered against codes carried away (R115, R120)."""

    order_id: int
    number: str
    quantity: int
    exports: int
    downloads: int
    codes_taken: int  # codes in all downloads; beyond ``quantity`` a file was taken again
    used: int | None
    void: int | None

    @property
    def taken_again(self) -> int:
        """How many codes left the house more than once."""
        return max(0, self.codes_taken - self.quantity)


def print_reports(actor: Actor) -> list[PrintReport]:
    """Downloads against quantity for every order the actor may see, newest first; one query."""
    actor.require(Permission.CODE_EXPORT)
    exports = Export.objects.filter(order=OuterRef("pk")).values("order")
    rows = orders_for(actor).annotate(
        export_count=Coalesce(Subquery(exports.annotate(n=Count("pk")).values("n")), 0),
        download_count=Coalesce(Subquery(exports.annotate(n=Count("downloads")).values("n")), 0),
        codes_taken=Coalesce(
            Subquery(
                exports.filter(downloads__isnull=False).annotate(n=Sum(F("codes"))).values("n")
            ),
            0,
        ),
    )
    return [
        PrintReport(
            order_id=row.pk, number=row.number, quantity=row.quantity, exports=row.export_count,
            downloads=row.download_count, codes_taken=row.codes_taken, used=row.used,
            void=row.void,
        )
        for row in rows
    ]  # fmt: skip
