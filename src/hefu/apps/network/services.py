"""Adding channels and binding them to partners."""

from datetime import datetime

from django.db import IntegrityError, transaction

from hefu.apps.accounts.models import Organisation
from hefu.apps.audit.services import record, service
from hefu.apps.network.models import Channel
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission


@service
def add_channel(
    actor: Actor, *, code: str, name: str, kind: str, region: str = "",
    organisation: Organisation | None = None, now: datetime,
) -> Channel:  # fmt: skip
    """Add a channel; its code is canonical in lower case (R112).

    Raises:
        Invalid: the code is taken or not 1 to 8 letters or digits, or the kind is unknown.
        NotFound: the partner is another brand's.
    """
    actor.require(Permission.CHANNEL_MANAGE)
    canonical = code.strip().lower()
    if not (1 <= len(canonical) <= 8 and canonical.isascii() and canonical.isalnum()):
        raise Invalid(field="code", rule="letters_or_digits_1_to_8", value=code[:20])
    if kind not in Channel.Kind.values:
        raise Invalid(field="kind", rule="not_a_choice", value=kind)
    if organisation is not None and organisation.brand_id != actor.own_brand():
        raise NotFound(field="organisation")
    try:
        with transaction.atomic():
            channel = Channel.objects.create(
                brand_id=actor.own_brand(), code=canonical, name=name, kind=kind, region=region,
                organisation=organisation,
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(field="code", rule="taken", value=canonical) from error
    record(actor, "network.channel_added", channel, now=now, code=canonical)
    return channel
