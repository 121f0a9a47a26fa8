"""What a member owns: warranty cards, coins, handing over, and appeals."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hefu.apps.identity.models import Activation, Appeal, WarrantyFact
from hefu.apps.identity.selectors.units import ref_of
from hefu.apps.identity.services import ownership, warranty
from hefu.apps.identity.services.appeals import answer_appeal
from hefu.core.permissions import Role
from tests.apps.identity.life.rows import Goods
from tests.surfaces.consumer.conftest import TODAY, sign_in, text_of
from tests.surfaces.consumer.test_activation import activate_url, press

Kind = WarrantyFact.Kind
OTHER = "13900139000"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00"
    b":~\x9bU\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def owner(goods, phone):
    sign_in(phone, goods)
    press(phone, goods)
    return phone


@pytest.fixture
def second(goods):
    browser = Client(headers={"Accept-Language": "en"})
    sign_in(browser, goods, OTHER)
    return browser


def live():
    return Activation.objects.get(ended_at=None)


def product_url(activation):
    return reverse("consumer:product", args=[activation.pk])


def appeal_url(goods, serial=0):
    return reverse("consumer:appeal", args=[goods.code(serial)])


class TestWarrantyCard:
    def test_it_begins_with_the_activation_and_says_so(self, owner, goods):
        text = text_of(owner.get(product_url(live())))

        assert "In warranty" in text
        assert "Nov. 23, 2026" in text
        assert "Nov. 23, 2027" in text
        assert "until a receipt or a delivery note shows another day" in text
        assert "138******00" in text

    def test_L26_a_repair_is_added_and_explained(self, owner, goods, clock):
        agent = goods.staff(Role.SERVICE_AGENT)
        unit = ref_of(live().unit)
        clock.shift(30 * 24 * 3600)
        for kind, day in ((Kind.REPAIR_IN, 1), (Kind.REPAIR_OUT, 13)):
            warranty.record_fact(
                agent, unit=unit, kind=kind, on=TODAY.date().replace(month=12, day=day),
                now=TODAY.replace(month=12, day=23),
            )  # fmt: skip

        sign_in(owner, goods)  # a month later the session is over

        text = text_of(owner.get(product_url(live())))

        assert "Repair from Dec. 1, 2026 to Dec. 13, 2026: 12 days added." in text
        assert "Dec. 5, 2027" in text

    def test_it_is_nobody_elses_to_see(self, owner, second):
        assert second.get(product_url(live())).status_code == 404
        assert Client().get(product_url(live())).status_code == 302

    def test_a_returned_product_is_a_memory(self, owner, goods):
        activation = live()
        ownership.return_unit(
            goods.staff(Role.SERVICE_AGENT), activation_id=activation.pk, now=TODAY
        )

        text = text_of(owner.get(product_url(activation)))

        assert "Returned" in text
        assert "Hand over" not in text

    def test_the_check_of_ones_own_product_leads_to_its_card(self, owner, goods):
        page = owner.get(reverse("consumer:code", args=[goods.code(0)]))

        assert "Activated by you" in text_of(page)
        assert product_url(live()) in page.content.decode()

    def test_its_owner_on_a_new_phone_finds_the_card_from_the_check(self, owner, goods, clock):
        new = Client(headers={"Accept-Language": "en"})
        page = new.get(reverse("consumer:code", args=[goods.code(0)]))
        link = re.search(r'href="([^"]+)">Sign in to see', page.content.decode()).group(1)
        clock.shift(60)

        sign_in(new, goods)

        assert new.get(link).url == product_url(live())


class TestMine:
    def test_it_lists_what_i_have_with_its_standing(self, owner, goods):
        text = text_of(owner.get("/mine/"))

        assert goods.product.name in text
        assert "In warranty" in text

    def test_nothing_yet_says_how_to_begin(self, goods, phone):
        sign_in(phone, goods)

        assert "No products yet" in text_of(phone.get("/mine/"))

    def test_another_brands_products_are_not_here(self, owner):
        other = Goods()
        owner.get(reverse("consumer:code", args=[other.code(0)]))

        assert owner.get("/mine/").status_code == 302  # not signed in there

    @pytest.mark.parametrize("things", [1, 3])
    def test_a_longer_list_asks_a_bounded_number_of_questions(
        self, goods, phone, things, django_assert_max_num_queries
    ):
        sign_in(phone, goods)
        for serial in range(things):
            press(phone, goods, serial)

        with django_assert_max_num_queries(14 + 6 * things):
            phone.get("/mine/")


class TestCoins:
    def test_R123_five_products_bring_fifty_coins_and_each_has_its_line(self, goods, phone):
        sign_in(phone, goods)
        for serial in range(5):
            press(phone, goods, serial)

        text = text_of(phone.get("/coins/"))

        assert " 50 " in text
        assert text.count("For activating a product") == 5
        assert text.count("+10") == 5

    def test_a_return_takes_them_back_in_sight(self, owner, goods):
        ownership.return_unit(goods.staff(Role.SERVICE_AGENT), activation_id=live().pk, now=TODAY)

        text = text_of(owner.get("/coins/"))

        assert "The product was returned" in text
        assert "−10" in text

    def test_no_coins_yet_says_where_they_come_from(self, goods, phone):
        sign_in(phone, goods)

        assert "No coins yet" in text_of(phone.get("/coins/"))


class TestHandOver:
    def offered(self, owner):
        page = owner.post(reverse("consumer:offer", args=[live().pk]))
        return re.search(r'class="secret">([^<]+)<', page.content.decode()).group(1)

    def test_the_code_makes_the_bringer_the_owner(self, owner, second, goods):
        former = live()
        code = self.offered(owner)

        page = second.post("/take/", {"code": code.lower()}, follow=True)

        assert "The product is yours now." in text_of(page)
        assert "In warranty" in text_of(page)
        assert "Handed over" in text_of(owner.get(product_url(former)))
        assert "No coins yet" in text_of(second.get("/coins/"))

    def test_the_code_works_once(self, owner, second, goods):
        code = self.offered(owner)
        second.post("/take/", {"code": code})
        third = Client(headers={"Accept-Language": "en"})
        sign_in(third, goods, "13700137000")

        page = third.post("/take/", {"code": code})

        assert page.status_code == 400
        assert "does not work" in text_of(page)

    def test_it_can_be_stopped(self, owner, second):
        code = self.offered(owner)
        assert "A hand-over code is out" in text_of(
            owner.get(reverse("consumer:offer", args=[live().pk]))
        )

        owner.post(reverse("consumer:stop_offer", args=[live().pk]))

        assert second.post("/take/", {"code": code}).status_code == 400

    def test_after_two_days_it_is_too_late(self, owner, second, clock):
        code = self.offered(owner)
        clock.shift(2 * 24 * 3600 + 1)

        assert second.post("/take/", {"code": code}).status_code == 400

    def test_nobody_hands_over_what_is_not_his(self, owner, second):
        assert second.post(reverse("consumer:offer", args=[live().pk])).status_code == 404
        assert second.post(reverse("consumer:stop_offer", args=[live().pk])).status_code == 404

    def test_taking_from_oneself_is_said_politely(self, owner):
        page = owner.post("/take/", {"code": self.offered(owner)})

        assert page.status_code == 400
        assert "You own this product already" in text_of(page)


class TestAppeal:
    def test_O19_words_and_receipt_reach_the_maker(self, owner, second, goods):
        page = second.post(
            appeal_url(goods),
            {"text": "Bought on Sunday", "invoice": SimpleUploadedFile("r.png", PNG)},
        )

        assert "The maker was told" in text_of(page)
        appeal = Appeal.objects.get()
        assert appeal.text == "Bought on Sunday"
        assert appeal.invoice_path
        assert "A person is looking at it" in text_of(second.get("/mine/"))

    def test_being_right_brings_the_product(self, owner, second, goods):
        second.post(appeal_url(goods), {"text": "mine"})
        answer_appeal(
            goods.staff(Role.SERVICE_AGENT), appeal=Appeal.objects.get(), uphold=True,
            answer="Receipt seen, sorry", now=TODAY,
        )  # fmt: skip

        text = text_of(second.get("/mine/"))

        assert "You were right" in text
        assert "Receipt seen, sorry" in text
        assert "In warranty" in text

    def test_a_second_one_waits_for_the_answer(self, owner, second, goods):
        second.post(appeal_url(goods), {"text": "mine"})

        page = second.post(appeal_url(goods), {"text": "mine!"})

        assert page.status_code == 409
        assert "You told the maker already" in text_of(page)

    @pytest.mark.parametrize(
        ("posted", "words"),
        [
            ({"text": ""}, "required"),
            ({"text": "x" * 2001}, "2000"),
            ({"text": "mine", "invoice": b"MZ this is a program"}, "cannot be taken"),
            ({"text": "mine", "invoice": b"\xff\xd8\xff" + bytes(5_000_001)}, "cannot be taken"),
        ],
        ids=["no words", "too many words", "a program", "too large"],
    )
    def test_what_cannot_be_taken_is_said_beside_its_field(
        self, owner, second, goods, posted, words
    ):
        if "invoice" in posted:
            posted = {**posted, "invoice": SimpleUploadedFile("r.png", posted["invoice"])}

        page = second.post(appeal_url(goods), posted)

        assert page.status_code == 400
        assert words in text_of(page)
        assert not Appeal.objects.exists()

    def test_there_is_nothing_to_appeal_against_ones_own_or_a_free_product(self, owner, goods):
        for serial in (0, 1):
            page = owner.post(appeal_url(goods, serial), {"text": "mine"})
            assert page.url == reverse("consumer:code", args=[goods.code(serial)])

    def test_whoever_is_not_signed_in_comes_back_here(self, owner, goods):
        page = Client().get(appeal_url(goods))

        assert page.url.startswith("/sign-in/?next=")
        assert "appeal" in page.url


def test_activating_what_another_has_leads_to_the_appeal(owner, second, goods):
    page = second.post(activate_url(goods), {})

    assert appeal_url(goods) in page.content.decode()
