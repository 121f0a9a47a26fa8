"""The REST API (OpenAPI at /api/v1/openapi.json): keys with scopes, cursors, problems."""

from hefu.surfaces.api import (
    activations,
    articles,
    billing,
    channels,
    codes,
    coupons,
    draws,
    epcis_passport,
    epcis_warehouse,
    exports,
    flash,
    imports,
    jobs,
    ledger,
    links,
    marks,
    members,
    orders,
    packing,
    pages,
    problems,
    products,
    promotions,
    questions,
    quotes,
    rewards,
    sales,
    sales_imports,
    sales_returns,
    smart_codes,
    standing,
    webhooks,
)
from hefu.surfaces.api.auth import ApiKeyAuth
from hefu.surfaces.api.frame import HefuApi, JsonParser

DESCRIPTION = """\
合符: identity codes for products and what follows from them.

A brand's system signs in with a key that a brand admin makes on the desk, with the scopes it needs:
`Authorization: Bearer hefu_...`. It sees its brand and nothing else.

Lists are paged by cursor (`limit`, `cursor`, `next`). Every refusal is `application/problem+json`
with a stable `type`. Every POST takes an `Idempotency-Key`.
"""
TAGS = {
    "products": "models as sold: item number, model, GTIN, warranty, coins",
    "pages": "product pages: drafts, submission, history, files",
    "smart codes": "digits, QR codes and print files of models",
    "imports": "lists of products as files (xlsx, CSV)",
    "sales": "sales orders; lists of orders of Taobao, Tmall, JD, Douyin and Shopify",
    "articles": "what the mall sells, and its stock",
    "orders": "production orders, and closing them: printed = used + void",
    "exports": "the codes of a released order as a sealed file for the printer",
    "codes": "check codes; read the life of one",
    "activations": "units bound to buyers, returns, facts for the warranty",
    "units": "marks on units and ranges, other numbers (IMEI), packing",
    "warehouse": "cartons and pallets by SSCC, outbound files of hand-held readers, closing",
    "passports": "digital product passports by who reads them",
    "flash sales": "reservations of limited goods, for your own shop",
    "members": "members by number: joining, coins",
    "quotes": "what a cart costs and why; holding it for an order of your own shop or till",
    "promotions": "promotions, how far they are used, and their public rules",
    "coupons": "coupons issued to members or printed, tried and used at tills",
    "points shop": "rewards for coins and points, and what is to be sent",
    "draws": "draws: what can be won, taking part, winners, published lists",
    "billing": "the brand's contract with the operator, what was used, invoices",
    "questions": "what readers ask about products, and the maker's answers",
    "ledger": "C-coins: movements, holds",
    "webhooks": "what happens here, told to your systems; see webhooks.md",
    "house": "channels, jobs",
}

api = HefuApi(
    title="Hefu",
    version="1",
    description=DESCRIPTION,
    auth=ApiKeyAuth(),
    urls_namespace="api",
    docs_url=None,
    parser=JsonParser(),
    openapi_extra={
        "info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "tags": [{"name": name, "description": about} for name, about in TAGS.items()],
    },
)
problems.install(api)
for prefix, module in (
    ("products", products),
    ("imports", imports),
    ("smart-codes", smart_codes),
    ("pages", pages),
    ("sales", sales_imports),
    ("sales", sales_returns),
    ("sales", sales),
    ("articles", articles),
    ("orders", orders),
    ("exports", exports),
    ("codes", codes),
    ("activations", activations),
    ("units", marks),
    ("units", links),
    ("units", packing),
    ("warehouse", epcis_warehouse),
    ("passports", epcis_passport),
    ("members", members),
    ("members", standing),
    ("ledger", ledger),
    ("quotes", quotes),
    ("promotions", promotions),
    ("draws", draws),
    ("flash-sales", flash),
    ("coupons", coupons),
    ("rewards", rewards),
    ("questions", questions),
    ("webhooks", webhooks),
    ("channels", channels),
    ("jobs", jobs),
    ("billing", billing),
):
    api.add_router(prefix, module.router)
