"""Reading the chain, its health, and the jobs one may see."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from hefu.apps.audit.models import PLATFORM, ChainHead, Entry, Job
from hefu.apps.audit.services import payload_of
from hefu.core.actor import Actor, ActorKind
from hefu.core.chain import GENESIS, link
from hefu.core.permissions import Permission


@dataclass(frozen=True, kw_only=True)
class ChainReport:
    """Whether one chain is whole; ``head`` is worth writing down elsewhere."""

    chain: int
    entries: int
    head: str
    whole: bool
    first_tampered: int | None = None  # seq of the first row that does not fit
    fault: str = ""  # changed, missing, cut_off, head


def entries_for(actor: Actor) -> QuerySet[Entry]:
    """The trail of the actor's brand, newest first; only for those who may audit."""
    actor.require(Permission.AUDIT_VIEW)
    return Entry.objects.filter(chain=actor.own_brand()).order_by("-seq")


def entries_about(actor: Actor, *subjects: str) -> QuerySet[Entry]:
    """The deeds done to the named rows of the actor's brand, oldest first."""
    return Entry.objects.filter(chain=actor.own_brand(), subject__in=subjects).order_by("seq")


def jobs_for(actor: Actor) -> QuerySet[Job]:
    """The jobs of the actor's brand; a partner sees those of their own organisation."""
    jobs = Job.objects.all()
    if actor.kind is ActorKind.SYSTEM and actor.brand_id is None:
        return jobs
    jobs = jobs.filter(brand_id=actor.own_brand())
    if actor.is_partner:
        jobs = jobs.filter(Q(organisation_id=actor.organisation_id))
    return jobs.order_by("-created_at", "-pk")


def jobs_by_id(actor: Actor, ids: Iterable[int | None]) -> dict[int, Job]:
    """Those of these jobs that the actor may see; one query. Rows without a job name None."""
    wanted = [pk for pk in ids if pk]
    return {job.pk: job for job in jobs_for(actor).filter(pk__in=wanted)}


def chain_reports(chains: list[int] | None = None) -> list[ChainReport]:
    """Check every chain (or those named) link by link; reads each entry once, in order."""
    heads = {head.chain: head for head in ChainHead.objects.all()}
    wanted = (
        chains
        if chains is not None
        else sorted({PLATFORM, *heads, *Entry.objects.values_list("chain", flat=True).distinct()})
    )
    return [_check(chain, heads.get(chain)) for chain in wanted]


def _check(chain: int, head: ChainHead | None) -> ChainReport:
    previous, expected = GENESIS, 0
    for entry in Entry.objects.filter(chain=chain).order_by("seq").iterator(chunk_size=2000):
        expected += 1
        fault = ""
        if entry.seq != expected:
            fault = "missing"
        elif entry.previous != previous or entry.hash != link(previous, payload_of(entry)):
            fault = "changed"
        if fault:
            return ChainReport(
                chain=chain, entries=expected - 1, head=previous, whole=False,
                first_tampered=expected, fault=fault,
            )  # fmt: skip
        previous = entry.hash
    said = (head.seq, head.hash) if head else (0, GENESIS)
    if said != (expected, previous):
        fault = "cut_off" if said[0] > expected else "head"
        return ChainReport(
            chain=chain, entries=expected, head=previous, whole=False,
            first_tampered=expected + 1, fault=fault,
        )  # fmt: skip
    return ChainReport(chain=chain, entries=expected, head=previous, whole=True)
