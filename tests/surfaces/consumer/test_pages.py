"""Public pages of products and brands: what a reader, a cache and a search engine meet."""

import json
import re
import xml.etree.ElementTree as ET
from datetime import timedelta
from urllib.parse import quote, urlsplit
from urllib.robotparser import RobotFileParser

import fastjsonschema
import pytest
from django.test import Client
from django.urls import reverse

from hefu.apps.catalog.page_values import Draft
from hefu.apps.catalog.services.pages import create_page, save_draft, start_draft
from hefu.apps.catalog.services.pages_deciding import retire_page
from hefu.apps.catalog.uploads import file_of, variant_of
from hefu.apps.members import services as members
from hefu.core.pages import PageContent, PageText, TextBlock
from hefu.core.permissions import Role
from hefu.surfaces.consumer.page_machines import schema_bytes
from hefu.surfaces.consumer.page_prose import prose
from tests.apps.catalog.pages import a_draft, a_product, publish
from tests.apps.identity.issue.rows import House
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW, a_brand, a_partner, a_person, operator
from tests.surfaces.consumer.conftest import sign_in
from tests.surfaces.consumer.shown import Shown

pytestmark = pytest.mark.django_db

SITEMAP = {"m": "http://www.sitemaps.org/schemas/sitemap/0.9"}
#: As they came with scans of printed codes in 2026, shortened.
AGENTS = {
    "WeChat": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "MicroMessenger/8.0.60 NetType/WIFI Language/zh_CN",
    "Weibo": "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/126.0 Mobile Weibo (vivo)",
    "QQ": "Mozilla/5.0 (Linux; U; Android 14; zh-cn) AppleWebKit/537.36 MQQBrowser/15.9 Mobile",
}


@pytest.fixture(autouse=True)
def folder(settings):
    settings.ROOT_URLCONF = "hefu.config.urls"
    settings.HEFU_ORIGIN = "http://testserver"


@pytest.fixture
def shown(db):
    return Shown()


@pytest.fixture
def reader():
    return Client(headers={"Accept-Language": "zh-CN,zh;q=0.9"})


def own_host(brand, host="c.povos.example"):
    type(brand).objects.filter(pk=brand.pk).update(host=host)
    brand.host = host
    return Client(headers={"Host": host, "Accept-Language": "zh-CN"})


def words(response):
    page = re.sub(r"<(script|svg|style).*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def one(pattern, response):
    found = re.findall(pattern, response.content.decode())
    assert len(found) == 1, (pattern, found)
    return found[0]


# --- the page ---------------------------------------------------------------------------------


def test_R096_the_page_has_words_pictures_films_and_manuals_without_any_script(shown, reader):
    page = reader.get(shown.path())
    text, html = words(page), page.content.decode()

    for expected in ("智能电饭煲 PN587", "PFFN5005", "四升容量", "内锅擦干", "不锈钢外壳",
                     "使用说明书 V2", "保修条款", "35.5 %", "4.2 kg"):  # fmt: skip
        assert expected in text, expected
    assert html.count("<h1") == 1
    assert '<video controls playsinline preload="none" poster="' in html
    assert 'href="https://v.qq.com/x/page/a1.html"' in html
    assert "<iframe" not in html
    assert "<script>alert" not in html
    assert 'href="javascript:' not in html
    # the first picture at once, the others when they are scrolled to
    assert html.count('fetchpriority="high"') == 1
    assert html.count('loading="lazy"') == html.count("<img") - 1
    widths = [int(width) for width in re.findall(r"w(\d+)\.webp \1w", html)]
    assert set(widths) >= {360, 720, 1280}


def test_R100_three_apps_get_the_same_page(shown):
    bodies = {
        name: Client(headers={"User-Agent": agent, "Accept-Language": "zh-CN"})
        .get(shown.path()).content
        for name, agent in AGENTS.items()
    }  # fmt: skip

    assert len(set(bodies.values())) == 1
    assert "使用说明书" in bodies["WeChat"].decode()


def test_a_language_comes_by_address_by_choice_or_from_the_browser(shown):
    german = Client(headers={"Accept-Language": "de,en;q=0.5"})
    assert "Rice cooker PN587" in words(german.get(shown.path()))
    chosen = german.get(shown.path(), {"lang": "zh"})
    assert chosen.status_code == 200  # an address of its own, no detour
    assert "智能电饭煲 PN587" in words(chosen)
    assert "智能电饭煲 PN587" in words(german.get(shown.path()))  # the choice is kept
    assert one(r'<link rel="canonical" href="([^"]+)"', chosen).endswith("/p/PN587/?lang=zh")
    alternates = re.findall(r'hreflang="([\w-]+)" href="(http[^"]+)"', chosen.content.decode())
    plain = f"http://testserver{shown.path()}"
    assert dict(alternates) == {
        "zh": f"{plain}?lang=zh", "en": f"{plain}?lang=en", "x-default": plain,
    }  # fmt: skip


def test_an_unchanged_page_is_not_sent_again(shown, reader):
    first = reader.get(shown.path(), headers={"Accept-Encoding": "gzip"})
    again = reader.get(shown.path(), headers={"If-None-Match": first["ETag"]})

    assert first["Content-Encoding"] == "gzip"
    assert again.status_code == 304
    assert "sessionid" not in first.cookies


def test_a_page_costs_as_many_queries_with_one_picture_as_with_many(
    shown, reader, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        assert reader.get(shown.path()).status_code == 200


# --- the manual that fits ---------------------------------------------------------------------


def test_R102_the_owner_of_a_batch_gets_its_manual_and_is_told_of_the_newer_one(shown, reader):
    plain = words(reader.get(shown.path()))
    first = words(reader.get(shown.path(), {"batch": "2026-11-22/01"}))
    second = words(reader.get(shown.path(), {"batch": "02"}))

    assert "另有更新的版本" not in plain
    assert plain.index("使用说明书 V2") < plain.index("使用说明书 V1")
    assert first.index("使用说明书 V1") < first.index("另有更新的版本： 使用说明书 V2")
    assert "批次 01，2026年11月22日" in first
    assert "另有更新的版本" not in second
    assert reader.get(shown.path(), {"batch": "<b>/;"}).status_code == 200


def test_R102_a_unit_and_my_products_lead_to_the_page_with_their_batch(phone):
    house = House()
    goods = Goods(house=house)
    members.publish_consent_texts(operator(goods.brand), now=NOW)
    said = Shown(brand=goods.brand, published=False).content()
    draft = create_page(house.specialist, product=goods.product, draft=Draft(content=said), now=NOW)
    result = reverse("consumer:code", args=[goods.code(0)])
    by_code = reverse("consumer:code_page", args=[goods.code(0)])
    assert by_code not in phone.get(result).content.decode()
    assert phone.get(by_code).url == result

    publish(house.specialist, goods.staff(Role.APPROVER), draft.page)

    assert by_code in phone.get(result).content.decode()
    batch = f"{goods.batch.produced_on}/{goods.batch.number}"
    target = f"/b/{goods.brand.slug}/p/{goods.product.item_no}/?batch={quote(batch, safe='')}"
    assert phone.get(by_code).url == target
    assert phone.get(reverse("consumer:code_page", args=["7Q4ZK2M9XW3T6R8V5"])).status_code == 404
    sign_in(phone, goods)
    activate(phone, goods)
    mine = re.search(r'href="(/mine/\d+/)"', phone.get("/mine/").content.decode())[1]
    assert target in phone.get(mine).content.decode()


def activate(phone, goods):
    page = phone.get(reverse("consumer:activate", args=[goods.code(0)]))
    names = re.findall(r'<input type="checkbox" name="([^"]+)"', page.content.decode())
    key = re.search(r'name="key" value="([^"]+)"', page.content.decode())
    sent = dict.fromkeys(names, "on") | ({"key": key[1]} if key else {})
    return phone.post(reverse("consumer:activate", args=[goods.code(0)]), sent)


# --- brands -----------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["PN587", "pffn5005", "奔腾", "ＰＮ５８７", "PN587 电饭煲"])
def test_R097_a_search_finds_the_product_by_number_model_and_name(shown, reader, asked):
    other = a_product(shown.writer, "PL3301", model="PLFC1522", name="电热水壶", gtin="")
    publish(shown.writer, shown.approver, a_draft(shown.writer, other).page)

    found = words(reader.get(f"/b/{shown.brand.slug}/", {"q": asked}))

    assert "PFFN5005 · PN587" in found
    assert ("PLFC1522" in found) is (asked == "奔腾")  # the brand's own name: all of it is


def test_R083_a_brand_shows_its_series_and_nobody_elses(shown, reader):
    kettle = a_product(
        shown.writer, "PL3301", model="PLFC1522", name="水壶", series="壶具", gtin=""
    )
    publish(shown.writer, shown.approver, a_draft(shown.writer, kettle).page)
    hidden = a_product(shown.writer, "PX1", model="PXDRAFT", name="草稿", gtin="")
    a_draft(shown.writer, hidden)
    other = Shown(brand=a_brand(name="飞跃"))

    section = reader.get(f"/b/{shown.brand.slug}/")
    pots = words(reader.get(f"/b/{shown.brand.slug}/", {"series": "壶具"}))

    assert "炊具 1" in words(section)
    assert "壶具 1" in words(section)
    assert "PXDRAFT" not in words(section)
    assert other.path() not in section.content.decode()
    assert "PLFC1522" in pots
    assert "PFFN5005" not in pots
    assert words(reader.get(f"/b/{shown.brand.slug}/", {"q": "没有"})).count("没有找到") == 1


def test_R084_a_brand_with_its_own_host_is_there_under_short_addresses(shown, reader):
    client = own_host(shown.brand)

    assert "PN587" in words(client.get("/"))
    page = client.get("/p/PN587/")
    assert "智能电饭煲 PN587" in words(page)
    assert one(r'rel="canonical" href="([^"]+)"', page) == "http://c.povos.example/p/PN587/"
    moved = client.get(shown.path(), {"batch": "01"})
    assert (moved.status_code, moved.url) == (301, "/p/PN587/?batch=01")
    # the house's host shows it too, and names the one address
    elsewhere = reader.get(shown.path())
    assert one(r'rel="canonical" href="([^"]+)"', elsewhere) == "http://c.povos.example/p/PN587/"
    stranger = Shown(brand=a_brand())
    assert client.get(stranger.path()).status_code == 404
    assert client.get(f"/media/{stranger.brand.slug}/{stranger.new.sha256}/x").status_code == 404
    assert reader.get("/").url == "/check/"
    assert reader.get("/p/PN587/").status_code == 404


def test_L50_the_trader_and_the_logo_stand_on_every_page(shown, reader):
    brand = shown.brand
    brand.trader_name, brand.logo = "上海奔腾电工有限公司", shown.photo.sha256
    brand.save()

    for path in (shown.path(), f"/b/{brand.slug}/"):
        page = reader.get(path)
        assert "上海奔腾电工有限公司" in words(page)
        logo = re.search(r'<img src="(/media/[^"]+)" alt="">', page.content.decode())[1]
        assert reader.get(logo)["Content-Type"] == "image/webp"


# --- machines ---------------------------------------------------------------------------------


def test_R341_search_engines_and_link_cards_read_what_the_page_says(shown, reader):
    page = reader.get(shown.path(), {"batch": "01", "utm_source": "wechat"})

    address = f"http://testserver{shown.path()}"
    assert one(r"<title>([^<]+)</title>", page) == "智能电饭煲 PN587 PFFN5005 · 奔腾"
    assert one(r'rel="canonical" href="([^"]+)"', page) == address
    assert one(r'name="description" content="([^"]+)"', page) == "四升容量，二十四小时预约。"
    assert one(r'property="og:url" content="([^"]+)"', page) == address
    image = one(r'property="og:image" content="([^"]+)"', page)
    assert reader.get(urlsplit(image).path)["Content-Type"] == "image/jpeg"
    data = json.loads(one(r'<script type="application/ld\+json">(.+?)</script>', page))
    # https://developers.google.com/search/docs/appearance/structured-data/product
    assert data["@context"] == "https://schema.org"
    assert data["@type"] == "Product"
    assert data["brand"] == {"@type": "Brand", "name": "奔腾"}
    assert (data["sku"], data["mpn"], data["model"]) == ("PN587", "PFFN5005", "PFFN5005")
    assert data["gtin"] == "06901234567892"
    assert data["image"][0] == image
    assert [one["name"] for one in data["subjectOf"]] == ["使用说明书", "保修条款"]


def test_R341_a_crawl_finds_every_public_page_and_no_draft(shown, reader):
    kettle = a_product(shown.writer, "PL/33 01", model="PLFC1522", name="水壶", gtin="")
    publish(shown.writer, shown.approver, a_draft(shown.writer, kettle).page)
    a_draft(shown.writer, a_product(shown.writer, "PX1", model="PXDRAFT", name="草稿", gtin=""))
    own = Shown(brand=a_brand(name="飞跃"))
    elsewhere = own_host(own.brand, "f.example")

    robots = RobotFileParser()
    robots.parse(reader.get("/robots.txt").content.decode().splitlines())
    house = crawled(reader, robots.site_maps())
    theirs = crawled(elsewhere, ["http://f.example/sitemap.xml"])

    section = f"http://testserver/b/{shown.brand.slug}/"
    assert house >= {section, f"{section}p/PN587/", f"{section}p/PL/33%2001/"}
    assert not any("PX1" in url for url in house)
    assert theirs == {"http://f.example/", "http://f.example/p/PN587/"}
    for url in house:
        assert reader.get(urlsplit(url).path).status_code == 200, url
        assert robots.can_fetch("*", url)
    linked = set(re.findall(r'href="(/b/[^"?]+/p/[^"?]+)"', reader.get(section).content.decode()))
    assert {f"http://testserver{path}" for path in linked} == {u for u in house if "/p/" in u and
                                                             shown.brand.slug in u}  # fmt: skip
    assert not robots.can_fetch("*", "http://testserver/desk/")


def crawled(client, maps):
    found = set()
    for index in maps:
        for part in locations(client.get(urlsplit(index).path)):
            found |= set(locations(client.get(urlsplit(part).path)))
    return found


def locations(response):
    assert response["Content-Type"].startswith("application/xml")
    root = ET.fromstring(response.content)  # noqa: S314  (our own)
    return [one.text for one in root.iterfind(".//m:loc", SITEMAP)]


def test_R080_the_sustainability_attributes_are_json_ld_of_our_own_schema(shown, reader):
    validate = fastjsonschema.compile(json.loads(schema_bytes()), use_formats=True)
    answer = reader.get(f"/b/{shown.brand.slug}/passport/PN587.jsonld")
    data = json.loads(answer.content)

    assert answer["Content-Type"] == "application/ld+json"
    validate(data)
    stated = {one["propertyID"]: one for one in data["additionalProperty"]}
    assert stated["recycled_bp"]["value"] == 35.5
    assert stated["recycled_bp"]["unitText"] == "%"
    assert stated["weight_g"] == {
        "@type": "PropertyValue", "propertyID": "weight_g", "name": "Weight", "value": 4200,
        "unitText": "g",
    }  # fmt: skip
    assert {"@value": "不锈钢、铝", "@language": "zh"} in stated["materials"]["value"]
    assert json.loads(reader.get(urlsplit(data["schemaUrl"]).path).content)["title"]
    for wrong in ({"value": "many"}, {"unitText": "lb"}, {"propertyID": "beauty"}):
        broken = json.loads(answer.content)
        found = next(x for x in broken["additionalProperty"] if x["propertyID"] == "weight_g")
        found.update(wrong)
        with pytest.raises(fastjsonschema.JsonSchemaException):
            validate(broken)
    href = one(r'type="application/ld\+json" href="([^"]+)"', reader.get(shown.path()))
    assert href == data["identifier"]


# --- files ------------------------------------------------------------------------------------


def test_a_file_is_kept_by_every_cache_and_given_in_parts(shown, reader):
    content = file_of(shown.film).read_bytes()
    path = f"/media/{shown.brand.slug}/{shown.film.sha256}/{quote('焖饭.mp4')}"
    whole = reader.get(path)

    assert b"".join(whole.streaming_content) == content
    assert whole["Content-Type"] == "video/mp4"
    assert whole["Cache-Control"] == "public, max-age=31536000, immutable"
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert whole["Content-Disposition"] == f"inline; filename*=utf-8''{quote('焖饭.mp4')}"
    assert int(whole["Content-Length"]) == len(content)
    size = len(content)
    for asked, first, last in [
        ("bytes=0-99", 0, 99), ("bytes=100-", 100, size - 1), ("bytes=-7", size - 7, size - 1),
        (f"bytes=10-{size * 2}", 10, size - 1), ("bytes=0-0", 0, 0),
    ]:  # fmt: skip
        part = reader.get(path, headers={"Range": asked})
        assert part.status_code == 206, asked
        assert part["Content-Range"] == f"bytes {first}-{last}/{size}"
        assert b"".join(part.streaming_content) == content[first : last + 1]
    for whole_again in ("bytes=0-1,5-6", "bytes=9-2", "lines=1-2", "bytes=-"):
        assert reader.get(path, headers={"Range": whole_again}).status_code == 200
    beyond = reader.get(path, headers={"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{size}")
    tag = whole["ETag"]
    assert reader.get(path, headers={"If-None-Match": tag}).status_code == 304
    resumed = {"Range": "bytes=5-", "If-Range": '"another"'}
    assert reader.get(path, headers=resumed).status_code == 200
    assert reader.get(path, headers={**resumed, "If-Range": tag}).status_code == 206
    head = reader.head(path)
    assert (head["Content-Length"], head.content) == (str(size), b"")


def test_a_file_is_public_only_while_a_public_page_shows_it(shown, reader):
    brand = shown.brand
    path = f"/media/{brand.slug}/{shown.photo.sha256}/w360.webp"
    served = reader.get(path)
    assert b"".join(served.streaming_content) == variant_of(shown.photo, 360).read_bytes()
    assert reader.get(path.replace("w360", "w361")).status_code == 404
    assert reader.get(path.replace(brand.slug, a_brand().slug)).status_code == 404

    retire_page(shown.writer, page=shown.page, reason="over", now=NOW)

    assert reader.get(path).status_code == 404
    for person, status in [
        (a_person(brand, Role.APPROVER), 200),
        (a_person(brand, Role.DISTRIBUTOR, a_partner(brand)), 404),
        (a_person(a_brand(), Role.BRAND_ADMIN), 404),
    ]:
        desk = Client()
        desk.force_login(person)
        answer = desk.get(path)
        assert answer.status_code == status, person.role
        assert "public" not in answer.get("Cache-Control", "")


# --- what is not there ------------------------------------------------------------------------


def test_a_draft_and_an_unknown_page_do_not_exist_a_retired_one_says_so(shown, reader, clock):
    kettle = a_product(shown.writer, "PL3301", model="PLFC1522", name="水壶", gtin="")
    a_draft(shown.writer, kettle)
    for path in (f"/b/{shown.brand.slug}/p/PL3301/", f"/b/{shown.brand.slug}/p/NONE/",
                 "/b/nobody/", "/no/such/page/"):  # fmt: skip
        lost = reader.get(path)
        assert lost.status_code == 404, path
        assert "PLFC1522" not in words(lost)
        assert "/check/" in lost.content.decode()
    assert reader.get("/api/v1/nothing").status_code == 404

    retire_page(shown.writer, page=shown.page, reason="over", now=NOW)

    gone = reader.get(shown.path())
    assert gone.status_code == 410
    assert f'href="/b/{shown.brand.slug}/"' in gone.content.decode()
    assert reader.get(f"/b/{shown.brand.slug}/passport/PN587.jsonld").status_code == 404


def test_a_changed_draft_is_not_seen_before_it_is_public(shown, reader, clock):
    draft = start_draft(shown.writer, page=shown.page, now=NOW)
    text = PageText(title="全新标题", summary="新", blocks=(TextBlock(text="新的说明"),))
    later = NOW + timedelta(days=3)
    save_draft(
        shown.writer, version=draft, revision=draft.revision, now=NOW,
        draft=Draft(content=PageContent(texts={"zh": text}), publish_at=later),
    )  # fmt: skip
    assert "全新标题" not in words(reader.get(shown.path()))
    publish(shown.writer, shown.approver, shown.page)
    assert "全新标题" not in words(reader.get(shown.path()))

    clock.move_to(later)

    assert "全新标题" in words(reader.get(shown.path()))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# One\n\n### Three", "<h2>One</h2>\n<h4>Three</h4>\n"),
        ("### Only", "<h2>Only</h2>\n"),
        ("<b onclick=x>a</b>", "<p>&lt;b onclick=x&gt;a&lt;/b&gt;</p>\n"),
        ("[a](data:text/html,x)", "<p>[a](data:text/html,x)</p>\n"),
        ("a  \nb", "<p>a<br />\nb</p>\n"),
    ],
)
def test_words_are_commonmark_and_never_markup(text, html):
    assert str(prose(text)) == html
