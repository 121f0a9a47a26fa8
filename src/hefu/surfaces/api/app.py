"""The REST API (OpenAPI at /api/v1/openapi.json): keys with scopes, cursors, problems."""

from ninja import NinjaAPI

from hefu.surfaces.api import orders, problems, products
from hefu.surfaces.api.auth import ApiKeyAuth

api = NinjaAPI(
    title="Hefu", version="1", description="合符: identity codes and what follows from them.",
    auth=ApiKeyAuth(), urls_namespace="api", docs_url=None,
)  # fmt: skip
problems.install(api)
api.add_router("products", products.router)
api.add_router("orders", orders.router)
