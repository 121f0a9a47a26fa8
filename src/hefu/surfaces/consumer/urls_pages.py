"""Addresses of public pages: short on a brand's own host, under the brand's name on the house's."""

from django.urls import path, register_converter

from hefu.surfaces.consumer.views import crawling, page_files, pages


class Hash:
    """A SHA-256 in lower hexadecimal digits."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        """As it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands in the row."""
        return value


register_converter(Hash, "sha256")

urlpatterns = [
    path("", pages.home, name="own_section"),
    path("p/<path:item_no>/", pages.product_page, name="own_page"),
    path("passport/schema.json", pages.schema, name="passport_schema"),
    path("passport/<path:item_no>.jsonld", pages.passport, name="own_page_passport"),
    path("b/<slug:brand>/", pages.section, name="section"),
    path("b/<slug:brand>/mine/", pages.mine, name="page_mine"),
    path("b/<slug:brand>/p/<path:item_no>/", pages.product_page, name="page"),
    path("b/<slug:brand>/passport/<path:item_no>.jsonld", pages.passport, name="page_passport"),
    path("c/<str:code>/manual/", pages.page_of_code, name="code_page"),
    path("media/<slug:brand>/<sha256:sha256>/<str:name>", page_files.media, name="media"),
    path("robots.txt", crawling.robots, name="robots"),
    path("sitemap.xml", crawling.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", crawling.sitemap_part, name="sitemap_part"),
]
