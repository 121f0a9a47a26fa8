"""The tables of the integrators' pages, as the code has them."""

from hefu.apps.catalog.rows import HEADERS
from hefu.core.errors import DomainError
from hefu.surfaces.api.app import api
from hefu.surfaces.api.problems import STATUS
from hefu.surfaces.api.refusals import SENTENCES

#: Refusals that are not a DomainError of the house.
OWN = {
    "bad_json": 400, "bad_request": 400, "internal": 500, "method_not_allowed": 405,
    "too_large": 413, "unauthenticated": 401, "unavailable": 503, "unsupported_media_type": 415,
}  # fmt: skip
WHAT = {
    "item_no": "required, at most 40 characters",
    "model": "required, at most 40",
    "name": "required, at most 120",
    "name_en": "at most 120",
    "series": "at most 80",
    "kind": "产品 / unit (default), 配件 / part, 包材 / packaging",
    "gtin": "8, 12, 13 or 14 digits with a right check digit",
    "short_code": "4 to 12 digits; text: a leading zero counts",
    "warranty_months": "0 to 600; 12 if not given",
    "extra_months": "0 to 600, for activating",
    "coins": "0 to 1,000,000, for activating",
}


def kinds(base: type[DomainError] = DomainError) -> dict[str, type[DomainError]]:
    """Every refusal of the house by its code."""
    found = {}
    for kind in base.__subclasses__():
        found.setdefault(kind.code, kind)
        found |= {code: k for code, k in kinds(kind).items() if code not in found}
    return found


def refusals_table() -> list[str]:
    known = {code: STATUS[kind.kind] for code, kind in kinds().items()} | OWN
    return [f"| `{code}` | {known[code]} | {told} |" for code, told in SENTENCES.items()]


def operations_table() -> list[str]:
    rows = []
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            scopes = ", ".join(f"`{scope}`" for scope in operation["x-scopes"])
            first = operation["description"].splitlines()[0]
            address = path.removeprefix("/api/v1")
            rows.append(f"| `{method.upper()} {address}` | {scopes} | {first} |")
    return rows


def columns_table() -> list[str]:
    return [
        f"| `{name}` | {', '.join(aliases)} | {WHAT[name]} |" for name, aliases in HEADERS.items()
    ]
