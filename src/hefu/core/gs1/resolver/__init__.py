"""A GS1-Conformant Resolver, pure (解析器): from a Digital Link and its links to the answer.

::

    uri = "https://id.example.com/01/09506000134352/21/K7?linkType=gs1:pip"
    subject = subject_of(gs1.parse_digital_link(uri), uri)
    ranks = levels(subject)          # which patterns apply, nearest first by rank
    decide(links, ranks, read_wish("linkType=gs1:pip", accept_language="zh"), gone=False)
    build_linkset(subject, links, stem="https://id.example.com", description="risotto rice")
"""

from hefu.core.gs1.resolver.link_types import LINK_TYPES, LinkType, link_type_named
from hefu.core.gs1.resolver.linkset import CONTEXT, build_linkset
from hefu.core.gs1.resolver.negotiation import (
    LINKSET_TYPE,
    Decision,
    Link,
    Outcome,
    Wish,
    decide,
    read_wish,
)
from hefu.core.gs1.resolver.places import (
    PRIMARY_KEYS,
    Place,
    Subject,
    expand,
    levels,
    read_place,
    subject_of,
    unknown_variables,
)
from hefu.core.gs1.resolver.targets import MEDIA_TYPES, check_target, with_query

__all__ = [
    "CONTEXT",
    "LINKSET_TYPE",
    "LINK_TYPES",
    "MEDIA_TYPES",
    "PRIMARY_KEYS",
    "Decision",
    "Link",
    "LinkType",
    "Outcome",
    "Place",
    "Subject",
    "Wish",
    "build_linkset",
    "check_target",
    "decide",
    "expand",
    "levels",
    "link_type_named",
    "read_place",
    "read_wish",
    "subject_of",
    "unknown_variables",
    "with_query",
]
