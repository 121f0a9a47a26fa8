"""Files by which an app's platform sees that a brand's links are its own (校验文件)."""

from datetime import datetime

from hefu.apps.audit.services import record, service
from hefu.apps.catalog.models import LinkProof
from hefu.core.actor import Actor
from hefu.core.codes.plain_links import read_proof
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission

MOST = 20  # of one brand: it has a few apps, not a hundred


@service
def keep_proof(actor: Actor, *, name: str, content: bytes, now: datetime) -> LinkProof:
    """Serve a verification file in the directory of the brand's smart codes; twice is once.

    A file of the same name takes the place of the earlier one.

    Raises:
        Invalid: no file as the platforms hand them out, or too many of them.
    """
    actor.require(Permission.PRODUCT_EDIT)
    if actor.is_partner:
        raise NotFound
    name, line = read_proof(name, content)
    rows = LinkProof.objects.filter(brand_id=actor.own_brand())
    known = rows.filter(name=name).first()
    if known is not None and known.content == line:
        return known
    if known is None and rows.count() >= MOST:
        raise Invalid(field="file", rule="too_many", value=MOST)
    proof, _new = LinkProof.objects.update_or_create(
        brand_id=actor.own_brand(), name=name, defaults={"content": line, "created_at": now}
    )
    record(actor, "catalog.proof_kept", proof, now=now, name=name)
    return proof


@service
def drop_proof(actor: Actor, *, proof: LinkProof, now: datetime) -> None:
    """Serve a verification file no more; twice is once.

    Raises:
        NotFound: another brand's.
    """
    actor.require(Permission.PRODUCT_EDIT)
    if actor.is_partner or proof.brand_id != actor.own_brand():
        raise NotFound
    if LinkProof.objects.filter(pk=proof.pk).delete()[0]:
        record(actor, "catalog.proof_dropped", f"catalog.linkproof:{proof.pk}", now=now,
               name=proof.name)  # fmt: skip
