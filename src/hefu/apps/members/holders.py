"""Who holds something about members (数据持有方), as the house is put together."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.module_loading import import_string

from hefu.core.personal import Holder, Person, Words


def holders() -> tuple[Holder, ...]:
    """Return every app's holder, in the order of forgetting (``settings.HEFU_MEMBER_DATA``)."""
    found: tuple[Holder, ...] = import_string(settings.HEFU_MEMBER_DATA)
    return found


def stakes_of(person: Person) -> Mapping[str, int]:
    """Count what ends with an account, by ``app.kind``; nothing that is zero."""
    return {
        f"{holder.app}.{kind}": count
        for holder in holders()
        if holder.stakes is not None
        for kind, count in holder.stakes(person).items()
        if count
    }


def words_of_stake(name: str) -> Words:
    """Return the words for a key of ``stakes_of``; its own name where the app is gone."""
    app, _, kind = name.partition(".")
    known = {holder.app: holder.lost for holder in holders()}
    return known.get(app, {}).get(kind, Words(zh=name, en=name))


def words_of_kept(app: str, what: str) -> Words:
    """Return the words for a kind of kept record; its own name where the app is gone."""
    known = {holder.app: holder.kept for holder in holders()}
    return known.get(app, {}).get(what, Words(zh=what, en=what))
