"""Whose hand may touch the money side: the operator's (运营方), no role of a brand."""

from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import NotAllowed


def operator_only(actor: Actor) -> None:
    """Insist on the operator's own hand: no role of a brand makes contracts or marks payments.

    Raises:
        NotAllowed: it is a person or a key of a brand.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed(permission="operator")
