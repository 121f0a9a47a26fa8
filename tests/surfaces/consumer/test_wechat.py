"""A follower of a brand's WeChat account types or scans, and gets the way to a page or a check."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from hefu.apps.audit.models import Entry
from hefu.apps.notices.models import WechatAccount, WechatSeen
from hefu.apps.notices.wechat.services import (
    AccountWish,
    forget_seen,
    is_first,
    set_account,
)
from hefu.core.errors import Invalid, NotAllowed
from hefu.core.permissions import Role
from hefu.core.wechat import open_envelope, read_key, read_xml, seal_envelope, signature, write_xml
from tests.apps.catalog.pages import a_draft, a_product, publish
from tests.factories import NOW, a_brand, a_person, an_actor, operator

TOKEN, APP = "123456", "wx49f0ab532d5d035a"
KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
DIGITS = "0218123456"


class Follower:
    """WeChat's server, with a follower behind it."""

    def __init__(self, brand, *, key=""):
        self.brand, self.key, self.client, self.number = brand, key, Client(), 0
        wish = AccountWish(app_id=APP, token=TOKEN, aes_key=key, plain=not key)
        set_account(operator(brand), wish=wish, now=NOW)

    def query(self, *sealed, token=TOKEN, nonce="n1", at=None):
        stamp = str(int((at or timezone.now()).timestamp()))
        named = "msg_signature" if sealed else "signature"
        return {"timestamp": stamp, "nonce": nonce, named: signature(token, stamp, nonce, *sealed)}

    def check(self, **about):
        query = {"echostr": "8129", **self.query(**about)}
        return self.client.get(f"/wechat/{self.brand.slug}/", query)

    def send(self, body, **query):
        url = f"/wechat/{self.brand.slug}/"
        return self.client.post(
            url, body, content_type="text/xml", query_params=query or self.query()
        )

    def says(self, **fields):
        """What the follower reads; empty where nobody answers."""
        self.number += 1
        fields = {
            "ToUserName": "gh_1", "FromUserName": "openid-1", "CreateTime": 1, "MsgType": "text",
            "MsgId": self.number, **fields,
        }  # fmt: skip
        text = write_xml({name: value for name, value in fields.items() if value is not None})
        if not self.key:
            return self.read(self.send(text))
        sealed = seal_envelope(text.encode(), key=read_key(self.key), app_id=APP, salt=b"s" * 16)
        body = write_xml({"ToUserName": "gh_1", "Encrypt": sealed})
        return self.read(self.send(body, **self.query(sealed)))

    def read(self, answer):
        assert answer.status_code == 200, answer
        if answer.content == b"success":
            return ""
        fields = read_xml(answer.content)
        if self.key:
            parts = (TOKEN, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
            assert fields["MsgSignature"] == signature(*parts)
            inside = open_envelope(fields["Encrypt"], key=read_key(self.key), app_id=APP)
            fields = read_xml(inside)
        assert (fields["ToUserName"], fields["FromUserName"]) == ("openid-1", "gh_1")
        return fields["Content"]


@pytest.fixture
def follower(goods):
    return Follower(goods.brand)


@pytest.fixture
def cooker(goods):
    """A model with digits and a page for everybody."""
    boss = an_actor(goods.brand, Role.BRAND_ADMIN)
    product = a_product(boss, short_code=DIGITS)
    publish(boss, an_actor(goods.brand, Role.APPROVER), a_draft(boss, product).page)
    return product


def test_the_address_is_checked_as_wechat_does(follower):
    answer = follower.check()
    assert (answer.status_code, answer.content) == (200, b"8129")
    assert answer["Content-Type"].startswith("text/plain")
    assert WechatAccount.objects.get().checked_at is not None
    for wrong in (
        {"token": "654321"},
        {"at": timezone.now() - timedelta(minutes=6)},
        {"at": timezone.now() + timedelta(minutes=6)},
        {"nonce": ""},
    ):
        assert follower.check(**wrong).status_code == 403
    assert follower.client.get(f"/wechat/{a_brand().slug}/").status_code == 403
    assert follower.client.get("/wechat/nobody/").status_code == 403
    WechatAccount.objects.update(active=False)
    assert follower.check().status_code == 403


@pytest.mark.parametrize("key", ["", KEY])
def test_digits_lead_to_the_page_of_the_model(goods, cooker, key):
    follower = Follower(goods.brand, key=key)
    link = f"/m/{goods.brand.slug}/{DIGITS}/"
    told = follower.says(Content="０218 123 456")
    assert cooker.name in told
    assert link in told
    path = re.search(r"https?://[^/]+(/\S+)", told)[1]
    assert Client().get(path).status_code == 302  # to the page
    house = told.rsplit(link, 1)[0].rpartition("\n")[2]
    scan = {"MsgType": "event", "Event": "scancode_waitmsg", "MsgId": None}
    scanned = follower.says(**scan, CreateTime=2, ScanResult=house + link)
    assert link in scanned


def test_a_code_leads_to_its_check_and_nothing_says_whether_it_is_one(goods, follower):
    code = goods.code(0)
    told = follower.says(Content=f" {code.lower()} ")
    path = re.search(r"https?://[^/]+(/c/\S+)", told)[1]
    assert path == f"/c/{code}/"
    assert Client().get(path).status_code == 200
    forged = follower.says(Content="0" * 8 + code[8:])
    assert forged.replace("0" * 8 + code[8:], code) == told  # the same words
    symbol = f"https://a.example/01/{goods.product.gtin or '06901234567892'}/21/{code[:16]}"
    assert f"/c/{code[:16]}/" in follower.says(
        MsgType="event", Event="scancode_push", ScanResult=symbol, CreateTime=3, MsgId=None
    )
    assert "/c/" in follower.says(
        MsgType="event", Event="subscribe", EventKey=f"qrscene_{code}", CreateTime=4, MsgId=None
    )


def test_lost_zeros_are_noticed_and_unknown_digits_helped(follower, cooker):
    assert "021 812 3456" in follower.says(Content="218123456")
    assert "核对" in follower.says(Content="99999999")


@pytest.mark.parametrize(
    "fields",
    [{"Content": "你好"}, {"Content": ""}, {"Content": "x" * 300}, {"Content": "thanks a lot mate"},
     {"MsgType": "image"}, {"MsgType": "event", "Event": "unsubscribe"},
     {"MsgType": "event", "Event": "SCAN", "EventKey": "spring"}],
)  # fmt: skip
def test_what_is_said_to_people_is_left_to_people(follower, fields):
    assert follower.says(**fields) == ""
    assert not WechatSeen.objects.exists()


def test_a_message_is_answered_once(follower, cooker):
    assert follower.says(Content=DIGITS, MsgId=77)
    assert follower.says(Content=DIGITS, MsgId=77) == ""
    event = {"MsgType": "event", "Event": "scancode_push", "ScanResult": DIGITS, "MsgId": None}
    assert follower.says(**event, CreateTime=5)
    assert follower.says(**event, CreateTime=5) == ""
    assert follower.says(**event, CreateTime=6)
    assert "openid" not in str(list(WechatSeen.objects.values()))
    assert forget_seen(timezone.now() + timedelta(hours=23)) == 0
    assert forget_seen(timezone.now() + timedelta(hours=25)) == 3


@pytest.mark.django_db(transaction=True)
def test_of_repetitions_at_once_one_is_answered():
    account = Follower(a_brand()) and WechatAccount.objects.get()

    def once(_):
        try:
            return is_first(account, name="77", now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(once, range(4))) == [False, False, False, True]


def test_calls_that_are_not_wechats_are_answered_with_nothing(goods, follower, cooker):
    body = write_xml({"ToUserName": "g", "FromUserName": "o", "MsgType": "text", "Content": DIGITS})
    for query in (follower.query(token="x"), {"nonce": "n", "timestamp": "x", "signature": ""}):
        answer = follower.send(body, **query)
        assert (answer.status_code, answer.content) == (403, b"")
    bomb = f'<!DOCTYPE x [<!ENTITY a "{DIGITS}">]><xml><Content>&a;</Content></xml>'
    for text in (bomb, "", "<xml>", "<xml><Content>1</Content></xml>", " " * 70_000 + body):
        assert follower.send(text).status_code == 403
    sealed = Follower(goods.brand, key=KEY)
    assert sealed.send(body).status_code == 403  # who asked for envelopes takes nothing without
    other = seal_envelope(body.encode(), key=read_key(KEY), app_id="wx0", salt=b"s" * 16)
    text = write_xml({"Encrypt": other})
    assert sealed.send(text, **sealed.query(other)).status_code == 403


def test_another_brands_digits_and_models_without_a_page_are_not_told(goods, follower):
    theirs = a_brand()
    a_product(operator(theirs), short_code=DIGITS, name="their secret model")
    own = a_product(operator(goods.brand), item_no="X", short_code="7777", name="soon to come")
    for digits in (DIGITS, own.short_code):
        told = follower.says(Content=digits)
        assert "核对" in told


def test_the_account_is_set_on_the_desk(goods, settings):
    settings.ROOT_URLCONF = "hefu.config.urls"
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(a_person(goods.brand, Role.BRAND_ADMIN))
    form = {"app_id": APP, "token": TOKEN, "aes_key": KEY, "active": "on"}
    for wrong in ({"app_id": "!"}, {"token": "a b"}, {"token": ""}, {"aes_key": "short"}):
        assert client.post("/desk/wechat/", {**form, **wrong}).status_code == 422
    assert not WechatAccount.objects.exists()
    assert client.post("/desk/wechat/", form).status_code == 302
    client.post("/desk/wechat/", {**form, "token": "", "aes_key": ""})
    row = WechatAccount.objects.get()
    assert (row.token, row.aes_key) == (TOKEN, KEY)
    page = client.get("/desk/wechat/").content.decode()
    assert f"http://testserver/wechat/{goods.brand.slug}/" in page
    assert TOKEN not in page.replace("placeholder", "")
    assert KEY not in page + str(list(Entry.objects.values("data")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT token, aes_key FROM notices_wechataccount")
        assert not {TOKEN, KEY} & set(cursor.fetchone())
    client.post("/desk/wechat/", {**form, "plain": "on"})
    row.refresh_from_db()
    assert row.aes_key == ""
    stranger = Client()
    stranger.force_login(a_person(a_brand(), Role.BRAND_ADMIN))
    assert stranger.post("/desk/wechat/remove/").status_code == 404
    assert client.post("/desk/wechat/remove/").status_code == 302
    assert not WechatAccount.objects.exists()
    with pytest.raises(NotAllowed):
        set_account(an_actor(goods.brand, Role.ANALYST), wish=AccountWish(app_id=APP), now=NOW)
    with pytest.raises(Invalid):
        set_account(operator(goods.brand), wish=AccountWish(app_id=APP), now=NOW)
