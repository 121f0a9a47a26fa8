"""Materials of a campaign: versions, rights, the poster that follows, what hangs where."""

from datetime import date

import pytest
from pypdf import PdfWriter

from hefu.apps.audit.models import Entry
from hefu.apps.campaigns.errors.materials import MaterialMoved, PosterIncomplete, VenueBarred
from hefu.apps.campaigns.models import Asset, AssetVersion, OfflineItem, Poster, PosterBrief
from hefu.apps.campaigns.selectors import materials
from hefu.apps.campaigns.services.assets import (
    RightsSaid,
    add_asset,
    add_version,
    change_rights,
    retire_asset,
)
from hefu.apps.campaigns.services.offline_items import (
    Carried,
    Place,
    add_item,
    prove_item,
    renew_item,
    take_down,
)
from hefu.apps.campaigns.services.posters import write_poster
from hefu.apps.catalog.errors import MediaInUse
from hefu.apps.catalog.models import Media
from hefu.apps.catalog.selectors_media import unused_media_for
from hefu.apps.catalog.services.media import remove_media
from hefu.apps.catalog.uploads import page_size
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.materials import Fault
from hefu.core.permissions import Role
from tests.apps.campaigns.materials.rows import HOW, LINK, a_campaign, came, photo, planned
from tests.apps.campaigns.promoting import a_house, later
from tests.apps.catalog.files import film, manual
from tests.factories import NOW, an_actor

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
BOUGHT = RightsSaid(owner="摄影师王某", licence="合同 7", until=date(2026, 12, 31), labelled=True)
SHOP = Place(venue="community", region="上海", address="人民路 1 号社区公告栏")


@pytest.fixture
def house(db):
    return a_house()


@pytest.fixture
def campaign(house):
    return a_campaign(house)


def add(house, campaign, *, size=(900, 383), wanted="wechat-cover", content=b"", **about):
    content = content or photo(size=size)
    return add_asset(
        house.writer, campaign=campaign, title="封面", format=wanted, rights=BOUGHT,
        incoming=came(house, content), name="cover.jpg", now=NOW, **about,
    )  # fmt: skip


def wrong(asset, on=TODAY):
    newest = AssetVersion.objects.filter(asset=asset, replaced_at=None).get()
    return [one.fault for one in materials.findings_of(asset, newest, on=on)]


def test_R177_a_wrong_ratio_is_flagged_and_a_new_upload_is_a_new_version(house, campaign):
    asset = add(house, campaign, size=(900, 500))
    first = AssetVersion.objects.get()
    (found,) = materials.findings_of(asset, first, on=TODAY)
    assert (found.fault, found.wanted, found.found) == (Fault.RATIO, (900, 383), (900, 500))

    second = add_version(
        house.writer, asset=asset, incoming=came(house, photo(size=(900, 383))), name="b.jpg",
        now=later(hours=1),
    )  # fmt: skip
    first.refresh_from_db()
    assert (second.number, first.replaced_at) == (2, later(hours=1))
    assert wrong(asset) == []
    assert [version.number for version in materials.versions_of(asset)] == [2, 1]


def test_R177_rights_that_ran_out_are_flagged_until_they_are_made_longer(house, campaign):
    asset = add(house, campaign)
    assert wrong(asset, on=date(2026, 12, 31)) == []
    assert wrong(asset, on=date(2027, 1, 1)) == [Fault.EXPIRED]
    longer = RightsSaid(owner="摄影师王某", licence="合同 7 续", until=None, labelled=True)
    asset = change_rights(house.writer, asset=asset, rights=longer, now=NOW)
    assert wrong(asset, on=date(2099, 1, 1)) == []


def test_films_and_papers_have_their_own_sizes(house, campaign):
    film_ = add(house, campaign, wanted="weibo-video", content=film())
    assert wrong(film_) == [Fault.TOO_SMALL]  # 1280 x 720
    paper = add(house, campaign, wanted="print-a4", content=manual())
    newest = AssetVersion.objects.get(asset=paper)
    assert (newest.width, newest.height) == (210, 297)
    assert wrong(paper) == []
    third = add(house, campaign, wanted="print-leaflet-third", content=manual())
    assert wrong(third) == [Fault.RATIO]


def test_an_article_may_be_words_alone_and_nothing_is_nothing(house, campaign):
    add_asset(
        house.writer, campaign=campaign, title="图文", format="wechat-cover", rights=BOUGHT,
        text="中秋到了", now=NOW,
    )  # fmt: skip
    for wanted, text in (("wechat-cover", " "), ("print-a4", "words are no poster")):
        with pytest.raises(Invalid) as refused:
            add_asset(house.writer, campaign=campaign, title="空", format=wanted, rights=BOUGHT,
                      text=text, now=NOW)  # fmt: skip
        assert refused.value.details["field"] == "file"
    assert Asset.objects.count() == 1


def test_files_of_campaigns_are_not_offered_for_removal(house, campaign):
    add(house, campaign)
    specialist = an_actor(house.brand, Role.PRODUCT_SPECIALIST)
    assert not unused_media_for(specialist).exists()
    with pytest.raises(MediaInUse):
        remove_media(specialist, media=Media.objects.get(), now=NOW)


def test_R175_a_poster_names_what_it_misses_and_nothing_is_written(house, campaign):
    with pytest.raises(PosterIncomplete) as refused:
        write_poster(house.writer, campaign=campaign, how=" ", link=LINK, now=NOW)
    assert refused.value.details["missing"] == "theme, dates, how"
    assert not PosterBrief.objects.exists()
    planned(house, campaign)
    with pytest.raises(PosterIncomplete) as refused:
        write_poster(house.writer, campaign=campaign, how="", link=LINK, now=NOW)
    assert refused.value.details["missing"] == "how"
    with pytest.raises(Invalid):
        write_poster(house.writer, campaign=campaign, how="步" * 41, link=LINK, now=NOW)


def test_R175_a_changed_date_makes_a_new_poster_and_the_old_one_obsolete(house, campaign):
    planned(house, campaign)
    first = write_poster(house.writer, campaign=campaign, how=HOW, link=LINK, now=NOW)
    item = add_item(
        house.writer, campaign=campaign, title="公告栏海报", kind="poster", place=SHOP,
        carried=Carried(link=LINK, poster=True), now=NOW,
    )  # fmt: skip
    assert not materials.items_of(campaign).get().outdated

    planned(house, campaign, starts_on=date(2027, 9, 10), sign=False)
    assert materials.poster_of(campaign) == first  # a draft is no promise
    planned(house, campaign, starts_on=date(2027, 9, 10), revision=1)

    first.refresh_from_db()
    second = materials.poster_of(campaign)
    assert (first.obsolete_at, first.because) == (NOW, ["first_on", "last_on"])
    assert (second.number, second.facts["first_on"]) == (2, "2027-09-10")
    assert materials.items_of(campaign).get().outdated  # it is listed as to be replaced

    renewed = renew_item(house.writer, item=item, now=NOW)
    assert renewed.poster == second
    assert not materials.items_of(campaign).get().outdated
    with pytest.raises(MaterialMoved):
        renew_item(house.writer, item=item, now=NOW)


def test_a_poster_follows_how_to_take_part_and_stays_while_nothing_changes(house, campaign):
    planned(house, campaign, sign=False)
    write_poster(house.writer, campaign=campaign, how=HOW, link=LINK, now=NOW)
    write_poster(house.writer, campaign=campaign, how=HOW + "\n", link=LINK, now=NOW)
    assert Poster.objects.count() == 1
    write_poster(house.writer, campaign=campaign, how="扫码", link=LINK, now=NOW)
    assert Poster.objects.get(number=1).because == ["how"]
    planned(house, campaign, theme=" ", revision=1, sign=False)  # the theme was taken away
    assert materials.poster_of(campaign) is None
    planned(house, campaign, theme="团圆", revision=2, sign=False)
    assert materials.poster_of(campaign).number == 3


@pytest.mark.parametrize("venue", ["primary_school", "middle_school", "kindergarten"])
def test_R168_a_school_is_refused_with_the_article(house, campaign, venue):
    place = Place(venue=venue, region="440000", address="人民路第一小学")
    with pytest.raises(VenueBarred) as refused:
        add_item(house.writer, campaign=campaign, title="海报", kind="poster", place=place,
                 carried=Carried(link=LINK), now=NOW)  # fmt: skip
    assert refused.value.details["article"] == "广告法第三十九条"
    assert not OfflineItem.objects.exists()


def test_R168_an_item_has_its_place_and_a_photo_that_forgets_where_it_was_taken(house, campaign):
    item = add_item(
        house.writer, campaign=campaign, title="海报", kind="poster", place=SHOP,
        carried=Carried(link=LINK), quantity=3, now=NOW,
    )  # fmt: skip
    assert (item.region, item.up_at) == ("310000", None)
    proved = prove_item(
        house.writer, item=item, incoming=came(house, photo(place=True)), name="a.jpg",
        taken_at=NOW, now=later(hours=1),
    )  # fmt: skip
    assert (proved.up_at, proved.photo_taken_at) == (later(hours=1), NOW)
    take_down(house.writer, item=item, now=NOW)
    assert not materials.items_of(campaign).exists()
    with pytest.raises(MaterialMoved):
        prove_item(house.writer, item=item, incoming=came(house, photo(1)), name="b.jpg",
                   taken_at=None, now=NOW)  # fmt: skip


@pytest.mark.parametrize(
    ("field", "about"),
    [
        ("venue", {"place": Place(venue="moon", region="上海", address="x")}),
        ("region", {"place": Place(venue="shop", region="Atlantis", address="x")}),
        ("address", {"place": Place(venue="shop", region="上海", address=" ")}),
        ("kind", {"kind": "short_video"}),
        ("link", {"carried": Carried(link="javascript:alert(1)")}),
        ("shows", {"carried": Carried(link=LINK, poster=True)}),
        ("shows", {"carried": Carried(link=LINK, asset_id=1)}),
        ("quantity", {"quantity": 0}),
    ],
)
def test_what_is_wrong_with_an_item_is_named(house, campaign, field, about):
    said = {"title": "海报", "kind": "poster", "place": SHOP, "carried": Carried(link=LINK)}
    with pytest.raises(Invalid) as refused:
        add_item(house.writer, campaign=campaign, **{**said, **about}, now=NOW)
    assert refused.value.details["field"] == field


def test_others_see_nothing_and_lookers_change_nothing(house, campaign):
    asset = add(house, campaign)
    stranger, looker = a_house().writer, an_actor(house.brand, Role.ANALYST)
    for deed in (retire_asset, add_version):
        with pytest.raises(NotFound):
            deed(stranger, asset=asset, now=NOW)
        with pytest.raises(NotAllowed):
            deed(looker, asset=asset, now=NOW)
    assert materials.asset_by_id(looker, asset.pk) == asset
    retire_asset(house.writer, asset=asset, now=NOW)
    assert not materials.assets_of(campaign).exists()
    assert Entry.objects.filter(action="campaigns.asset_retired").count() == 1


def test_a_page_that_no_sheet_can_be_has_no_size(tmp_path):
    for sides in ((1e11, 842), (595, 1e-9)):
        writer = PdfWriter()
        writer.add_blank_page(*sides)
        writer.write(tmp_path / "page.pdf")
        assert page_size(tmp_path / "page.pdf") == (0, 0)
