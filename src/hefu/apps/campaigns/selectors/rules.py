"""The rules in force (生效规则): found by one indexed read, compiled once per process and hash.

A compiled rule set is immutable and named by its content, so keeping it can never give a stale
price: which hash is in force is read anew for every quote.
"""

import threading
from collections import OrderedDict
from datetime import datetime
from typing import Any

from hefu.apps.campaigns.models import RulesetVersion
from hefu.core.errors import NotFound
from hefu.core.promotions import (
    HOUSE_GROUPS,
    Rules,
    Ruleset,
    RulesUnreadable,
    compile_rules,
    from_document,
)

#: Compiled rule sets kept per process; the least recently used leaves.
ROOM = 64

#: What is in force before anything was approved: the house's groups and nothing else.
NO_RULES = compile_rules(Rules(groups=HOUSE_GROUPS))


class CompiledRules:
    """Compiled rule sets by content hash; safe to use from several threads."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Ruleset] = OrderedDict({NO_RULES.content_hash: NO_RULES})

    def get(self, content_hash: str) -> Ruleset | None:
        """Return the compiled rule set of this content, if it is kept."""
        with self._lock:
            found = self._kept.get(content_hash)
            if found is not None:
                self._kept.move_to_end(content_hash)
            return found

    def keep(self, ruleset: Ruleset) -> Ruleset:
        """Keep a compiled rule set; returns it."""
        with self._lock:
            self._kept[ruleset.content_hash] = ruleset
            self._kept.move_to_end(ruleset.content_hash)
            while len(self._kept) > self._room:
                self._kept.popitem(last=False)
        return ruleset


COMPILED = CompiledRules()


def ruleset_at(brand_id: int, now: datetime) -> Ruleset:
    """Return what is in force for a brand: one read when its rules are compiled already.

    Raises:
        RulesUnreadable: the stored document is not what its hash says.
    """
    rows = RulesetVersion.objects.filter(brand_id=brand_id, from_at__lte=now).order_by("-pk")
    content_hash = rows.values_list("content_hash", flat=True).first()
    return NO_RULES if content_hash is None else ruleset_by_hash(brand_id, content_hash)


def ruleset_by_hash(brand_id: int, content_hash: str) -> Ruleset:
    """Return the rules of this content, of whatever age: what an old order was priced by.

    Raises:
        NotFound: the brand never had such rules.
        RulesUnreadable: the stored document is not what its hash says.
    """
    if content_hash == NO_RULES.content_hash:
        return NO_RULES
    kept = COMPILED.get(content_hash)
    if kept is not None:
        return kept
    rows = RulesetVersion.objects.filter(brand_id=brand_id, content_hash=content_hash)
    document = rows.order_by("pk").values_list("document", flat=True).first()
    if document is None:
        raise NotFound(field="ruleset")
    return COMPILED.keep(_compiled(document, content_hash))


def _compiled(document: Any, content_hash: str) -> Ruleset:
    ruleset = compile_rules(from_document(Rules, document))
    if ruleset.content_hash != content_hash:
        raise RulesUnreadable(field="content_hash", reason="expected the hash of the document")
    return ruleset
