"""Addresses of the desk: sales orders, articles and their stock, the mall's terms."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import article_lists, articles, disputes, returns, sales, sales_lists

urlpatterns: list[URLPattern] = [
    path("sales/", sales.sales_orders, name="sales"),
    path("sales/import/", sales_lists.upload, name="sales_import"),
    path("sales/import/unmatched/", sales_lists.unmatched, name="sales_unmatched"),
    path("sales/import/<int:pk>/refused.csv", sales_lists.refused_rows, name="sales_refused"),
    path("sales/disputes/", disputes.disputes, name="disputes"),
    path("sales/disputes/<int:pk>/", disputes.dispute, name="dispute"),
    path(
        "sales/disputes/<int:pk>/evidence/<int:file>/", disputes.evidence, name="dispute_evidence"
    ),
    path("sales/<int:pk>/dispute/", disputes.enter, name="dispute_new"),
    path("sales/<int:pk>/", sales.sale, name="sale"),
    path("sales/<int:pk>/return/", returns.take, name="sale_return"),
    path("articles/", articles.articles, name="articles"),
    path("articles/new/", articles.article_new, name="article_new"),
    path("articles/import/", article_lists.upload, name="article_import"),
    path("articles/import/list.csv", article_lists.empty_list, name="article_list"),
    path(
        "articles/import/<int:pk>/refused.csv",
        article_lists.refused_rows,
        name="article_refused",
    ),
    path("articles/<int:pk>/", articles.article, name="article"),
    path("articles/<int:pk>/edit/", articles.article_edit, name="article_edit"),
    path("categories/", articles.categories, name="categories"),
    path("categories/new/", articles.category_new, name="category_new"),
    path("categories/<int:pk>/", articles.category, name="category"),
    path("mall/", articles.mall, name="mall"),
]
