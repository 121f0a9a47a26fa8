"""The world's digits, print file and list with manuals."""

import io
from typing import Any

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import Product
from hefu.apps.catalog.services.digits import keep_digits
from hefu.apps.catalog.services.page_imports import import_pages
from hefu.apps.catalog.services.proofs import keep_proof
from hefu.apps.catalog.services.symbol_runs import start_symbols
from tests.factories import NOW, operator

#: Only the brand may read this.
MARKS = ["world models", "worldproof"]
DIGITS = "0987654321"
_LIST = "货号,型号,品名\nWORLD-3,W-3,the world's third product\n"


def smart_values(brand: Brand, product: Product) -> dict[Any, Any]:
    """Number the product, order a print file, bring a list; returns what addresses name."""
    boss = operator(brand)
    product.short_code = DIGITS
    product.save(update_fields=["short_code"])
    keep_digits(product, now=NOW)
    run = start_symbols(boss, products=[product.pk], form="svg", now=NOW)
    file = io.BytesIO(_LIST.encode())
    bound = import_pages(boss, file=file, file_name="world models.csv", now=NOW)
    proof = keep_proof(boss, name="worldproof.txt", content=b"abc", now=NOW)
    one = "desk/pages/import/<int:pk>/"
    return {
        "digits": DIGITS,
        # a verification file is for everybody; one that is not there is hidden
        ("m/<proof:name>", "name"): "unknown.txt",
        ("m/<slug:brand>/<proof:name>", "name"): "unknown.txt",
        **{(one + deed, "pk"): bound.pk for deed in ("", "refused.csv", "submit/", "agree/")},
        ("desk/smart-codes/files/<int:pk>/", "pk"): run.pk,
        ("desk/smart-codes/files/<int:pk>/download/", "pk"): run.pk,
        ("desk/smart-codes/proofs/<int:pk>/remove/", "pk"): proof.pk,
        ("desk/products/<int:pk>/symbol/", "pk"): product.pk,
        ("/api/v1/smart-codes/files/{id}", "id"): run.pk,
        ("/api/v1/smart-codes/files/{id}/file", "id"): run.pk,
    }


def smart_bodies(item_no: str) -> dict[str, dict[str, Any]]:
    """Bodies of the API that are right in everything but whose models they name."""
    return {
        "smart-codes/digits": {"item_nos": [item_no]},
        "smart-codes/files": {"item_nos": [item_no], "form": "svg"},
    }
