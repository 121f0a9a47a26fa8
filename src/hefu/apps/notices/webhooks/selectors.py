"""A brand's webhooks and what became of their messages, for those who look after them."""

from django.db.models import QuerySet

from hefu.apps.notices.models import Attempt, Dispatch, Endpoint
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission


def endpoints_for(actor: Actor) -> QuerySet[Endpoint]:
    """The brand's webhooks, the oldest first.

    Raises:
        NotAllowed: the role or key does not look after integrations.
    """
    actor.require(Permission.INTEGRATION_MANAGE)
    return Endpoint.objects.filter(brand_id=actor.own_brand()).order_by("pk")


def endpoint_by_id(actor: Actor, pk: int) -> Endpoint:
    """One webhook.

    Raises:
        NotFound: no such one, or another brand's.
    """
    found = endpoints_for(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def dispatches_for(actor: Actor, endpoint: Endpoint) -> QuerySet[Dispatch]:
    """The messages of a webhook, newest first, without what they said."""
    rows = Dispatch.objects.filter(endpoint__in=endpoints_for(actor), endpoint=endpoint)
    return rows.defer("body").order_by("-pk")


def dispatch_by_id(actor: Actor, pk: int) -> Dispatch:
    """One message with its webhook.

    Raises:
        NotFound: no such one, or another brand's.
    """
    rows = Dispatch.objects.filter(endpoint__in=endpoints_for(actor), pk=pk)
    found = rows.select_related("endpoint").first()
    if found is None:
        raise NotFound
    return found


def attempts_of(dispatch: Dispatch) -> QuerySet[Attempt]:
    """The tries of a message, the first one first."""
    return dispatch.attempts.order_by("pk")
