"""The tables of the integrators' pages, as the code has them."""

from hefu.apps.catalog.rows import HEADERS
from hefu.apps.orders.platforms import LAYOUTS
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

ORDER_CELLS = {
    "number": "the order's number, text: leading zeros, 18 or 19 digits",
    "line_no": "the number of the line",
    "article": "the marketplace's number of the article",
    "title": "what was bought",
    "shown": "colour, size ...",
    "quantity": "pieces",
    "sku": "your code (merchant code): the sku of an article, an item number or a GTIN",
    "outer": "your code, where the list has no merchant code",
    "unit": "list price of one piece",
    "listed": "all pieces at list prices",
    "line_off": "taken off this line",
    "goods": "all pieces after discounts",
    "discount": "taken off the order",
    "shipping": "freight",
    "tax": "tax",
    "total": "to be paid",
    "paid": "was paid",
    "payable": "to be paid in the end",
    "balance": "paid from the balance before that",
    "settled": "to be paid, where nothing else says it",
    "refunded": "paid back",
    "currency": "ISO 4217; CNY if there is none",
    "by_platform": "discount the platform bears",
    "by_shop": "discount the shop bears",
    "by_host": "discount the host bears",
    "state": "see below",
    "after_sales": "paid back, if it says so",
    "fulfilment": "on its way, if it says so",
    "placed_at": "when it was ordered",
    "paid_at": "when it was paid",
    "shipped_at": "when it left",
    "ended_at": "when it was done or cancelled",
    "buyer": "account or e-mail: kept as a keyed pseudonym only",
    "phone": "finds the member who agreed to be served; not kept",
    "shipping_phone": "as the phone",
    "address": "the province is read; not kept",
    "province": "province",
    "province_name": "province in words",
    "country": "country, ISO 3166-1",
    "shop": "the shop's name",
    "parcel": "waybill",
    "carrier": "carrier",
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


def order_table(name: str) -> list[str]:
    """The columns that are read of one kind of order list."""
    layout = next(layout for layout in LAYOUTS if layout.name == name)
    return [
        f"| {', '.join(headers)} | {'yes' if field in layout.required else ''} "
        f"| {ORDER_CELLS[field]} |"
        for field, headers in layout.columns.items()
    ]
