"""Addresses of the desk: codes, from the product to the sealed file."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import (
    approvals,
    exports,
    home,
    imports,
    issue,
    jobs,
    links,
    orders,
    products,
    templates,
    warehouse,
)

urlpatterns: list[URLPattern] = [
    path("", home.today, name="home"),
    path("products/", products.products, name="products"),
    path("products/new/", products.create, name="product_new"),
    path("products/import/", imports.upload, name="import"),
    path("products/import/list.<str:kind>", imports.empty_list, name="import_template"),
    path("products/import/<int:pk>/", imports.result, name="import_result"),
    path("products/import/<int:pk>/refused.csv", imports.refused_rows, name="import_errors"),
    path("products/<int:pk>/", products.product, name="product"),
    path("products/<int:pk>/edit/", products.edit, name="product_edit"),
    path("orders/", orders.orders, name="orders"),
    path("orders/new/", issue.wizard, name="order_new"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("orders/<int:pk>/export/", exports.begin, name="order_export"),
    path("orders/<int:pk>/reconcile/", orders.reconcile, name="order_reconcile"),
    path("exports/<int:pk>/", exports.progress, name="export"),
    path("exports/<int:pk>/download/", exports.download, name="download"),
    path("templates/", templates.templates, name="templates"),
    path("templates/new/", templates.design, name="template_new"),
    path("templates/<int:pk>/", templates.template, name="template"),
    path("templates/<int:pk>/retire/", templates.retire, name="template_retire"),
    path("links/", links.links, name="links"),
    path("links/new/", links.create, name="link_new"),
    path("links/<int:pk>/", links.link, name="link"),
    path("links/<int:pk>/withdraw/", links.withdraw, name="link_withdraw"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<int:pk>/", approvals.approval, name="approval"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("warehouse/", warehouse.warehouse, name="warehouse"),
    path("warehouse/refused.csv", warehouse.refused_lines, name="warehouse_errors"),
]
