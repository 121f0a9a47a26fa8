"""Namespaces (命名空间) of an event: what the prefixes of its ``@context`` stand for."""

from collections.abc import Mapping

from hefu.core.gs1.epcis.vocabulary import PREFIXES

#: Namespaces that XML and JSON write differently, in the XML form that names use.
_XML_NAMESPACES = {"urn:epcglobal:cbv:mda:": "urn:epcglobal:cbv:mda"}


def namespaces(*contexts: object) -> dict[str, str]:
    """The prefixes that ``contexts`` (values of ``@context``, outer first) define.

    Addresses of other contexts are not fetched: the EPCIS context's own prefixes are known.
    """
    found = dict(PREFIXES)
    for context in contexts:
        for part in context if isinstance(context, list) else [context]:
            if isinstance(part, Mapping):
                found |= {
                    prefix: address
                    for prefix, address in part.items()
                    if isinstance(address, str) and not prefix.startswith("@")
                }
    return found


def qualified(name: str, known: Mapping[str, str]) -> str:
    """``name`` as "{namespace}local", whether written as CURIE or as web address.

    A name without a known namespace stays as it is.
    """
    prefix, colon, local = name.partition(":")
    if colon and prefix in known and not local.startswith("//"):
        namespace = known[prefix]
        return f"{{{_XML_NAMESPACES.get(namespace, namespace)}}}{local}"
    cut = max(name.rfind("/"), name.rfind("#")) + 1
    return f"{{{name[:cut]}}}{name[cut:]}" if "://" in name else name
