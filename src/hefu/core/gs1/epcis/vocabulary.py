"""The standard vocabularies of events (核心业务词汇): steps, dispositions, kinds of papers.

A term is written in events as its bare name ("shipping"); it is also known by a web address
(``https://ref.gs1.org/cbv/BizStep-shipping``, which canonical forms use), as a CURIE
(``cbv:BizStep-shipping``) and, in EPCIS 1.2, as an URN (``urn:epcglobal:cbv:bizstep:shipping``).
Source: Core Business Vocabulary 2.0, section 7.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hefu.core.gs1.tables import data_lines

#: Prefixes that every EPCIS context defines.
PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "cbv": "https://ref.gs1.org/cbv/",
        "cbvmda": "urn:epcglobal:cbv:mda:",
        "dcterms": "http://purl.org/dc/terms/",
        "epcis": "https://ref.gs1.org/epcis/",
        "gs1": "https://gs1.org/voc/",
        "owl": "http://www.w3.org/2002/07/owl#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Vocabulary:
    """A list of terms; ``web`` and ``urn`` are what their long names begin with ("" for none)."""

    name: str
    web: str
    urn: str
    terms: frozenset[str]

    def bare(self, text: str) -> str:
        """The bare name of a term written in any way; what is no term of ours stays as it is."""
        prefix, colon, local = text.partition(":")
        if colon and prefix in PREFIXES:
            text = PREFIXES[prefix] + local
        for start in (self.web, self.urn):
            if start and text.startswith(start) and text.removeprefix(start) in self.terms:
                return text.removeprefix(start)
        return text

    def claims(self, text: str) -> bool:
        """Whether ``text`` begins like a long name of this vocabulary."""
        prefix, colon, local = text.partition(":")
        address = PREFIXES[prefix] + local if colon and prefix in PREFIXES else text
        return address.startswith(self.web)

    def web_address(self, text: str) -> str:
        """The web address of a term written in any way; other texts stay as they are."""
        bare = self.bare(text)
        return self.web + bare if bare in self.terms else text


def _vocabularies() -> dict[str, Vocabulary]:
    heads: dict[str, tuple[str, str]] = {}
    terms: dict[str, list[str]] = {}
    name = ""
    for line in data_lines("cbv.txt"):
        if line.startswith(" "):
            terms[name] += line.split()
            continue
        name, web, urn = line.split()
        heads[name] = web, urn.removeprefix("-")
        terms[name] = []
    return {
        name: Vocabulary(name=name, web=web, urn=urn, terms=frozenset(terms[name]))
        for name, (web, urn) in heads.items()
    }


#: Every standard vocabulary by its name.
VOCABULARIES: Mapping[str, Vocabulary] = MappingProxyType(_vocabularies())
