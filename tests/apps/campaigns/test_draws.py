"""Draws end to end: what may be planned, entered and won, and that anybody can recompute it."""

import copy
import json
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection

from hefu.apps.accounts.errors import ContentChanged, SamePerson
from hefu.apps.accounts.models import User
from hefu.apps.audit.models import Entry as AuditEntry
from hefu.apps.campaigns.draw_rules import page_text, sections
from hefu.apps.campaigns.errors.draws import (
    ChancesNotSold,
    DrawNotDraft,
    DrawNotEnded,
    DrawNotOpen,
    InsiderExcluded,
    ListDiffers,
    NotEligible,
    OnlyInFavour,
    OutsideValue,
    PrizesAddUp,
    PrizesOpen,
    RetentionHolds,
    TakenPartAlready,
    WinNotOpen,
)
from hefu.apps.campaigns.models import (
    Draw,
    DrawEntry,
    DrawPrize,
    DrawState,
    DrawTerms,
    EntryBy,
    PrizeSlot,
    Win,
)
from hefu.apps.campaigns.selectors import draws as selectors
from hefu.apps.campaigns.services.draws import archive, ending, planning, prizes, publishing
from hefu.apps.campaigns.services.draws.entering import masked_name, offer_chances
from hefu.apps.campaigns.services.draws.planning import PrizePlan, worst_case_fen
from hefu.apps.identity.errors.life import InnerCodeNeeded
from hefu.apps.identity.events import UnitActivated
from hefu.apps.identity.selectors import codes
from hefu.apps.identity.selectors.units import row_of
from hefu.apps.identity.services.activation import ActivationWish, activate
from hefu.apps.ledger.selectors import balance_for
from hefu.apps.members import services as members
from hefu.apps.members.purposes import Purpose
from hefu.apps.notices.models import Message
from hefu.core.actor import consumer
from hefu.core.codes import Face
from hefu.core.draws import PrizeTooValuable, path_leads_to
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.campaigns.draw_rows import (
    AFTER,
    COOKER,
    DURING,
    ENDS,
    MUG,
    STARTS,
    Fair,
    a_list_plan,
    a_plan,
)
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW, a_brand, a_partner, an_actor, operator

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "verify_draw.py"

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair():
    return Fair()


def verified(tmp_path, document):
    """Run the public script as anybody would: its exit status and its last line."""
    path = tmp_path / "published.json"
    path.write_text(json.dumps(document, ensure_ascii=False))
    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, path], capture_output=True, text=True, check=False
    )
    return done.returncode, (done.stdout + done.stderr).splitlines()[-1]


def over(draw):
    """Let the clock close and hold a draw."""
    ending.mind_draws(AFTER)
    draw.refresh_from_db()
    return draw


# --- planning ---------------------------------------------------------------------------------


def test_L05_R150_R223_a_prize_of_60000_yuan_is_refused_with_the_rule(fair):
    car = PrizePlan(name="小轿车", value_fen=6_000_000, quantity=1)

    with pytest.raises(PrizeTooValuable) as caught:
        fair.draft(a_plan(prizes=(car, MUG)))

    assert caught.value.details["cap_fen"] == 5_000_000
    assert "反不正当竞争法" in caught.value.details["rule"]
    assert not Draw.objects.exists()
    assert fair.draft(a_plan(prizes=(replace(car, value_fen=5_000_000),))).pk


def test_several_prizes_of_one_chance_add_up(fair):
    tv = PrizePlan(name="电视", value_fen=3_000_000, quantity=5)

    with pytest.raises(PrizesAddUp) as caught:
        fair.draft(a_plan(prizes=(tv, MUG), cap_person=2))

    assert caught.value.details["worst_fen"] == 6_000_000
    assert fair.draft(a_plan(prizes=(tv, MUG), cap_person=1)).pk
    # with a code, the code is the ticket, however many a person has
    code = a_plan(prizes=(tv, MUG), cap_person=9, entry_by=EntryBy.SCAN, cap_code=1)
    assert fair.draft(code).pk


def test_chances_are_never_sold(fair):
    with pytest.raises(ChancesNotSold) as caught:
        fair.draft(a_plan(price_coins=10))

    assert "彩票管理条例" in caught.value.details["rule"]


@pytest.mark.parametrize(
    ("field", "about"),
    [
        ("conditions", {"conditions": " "}),
        ("redemption", {"redemption": ""}),
        ("delivery", {"delivery": ""}),
        ("organiser", {"organiser": ""}),
        ("contact", {"contact": ""}),
        ("prizes", {"prizes": ()}),
        ("prizes", {"prizes": (replace(MUG, value_fen=0),)}),
        ("prizes", {"prizes": (replace(MUG, kind="coins", coins=0),)}),
        ("prizes", {"prizes": (replace(MUG, kind="voucher", terms=""),)}),
        ("prizes", {"prizes": (replace(MUG, weight=0),)}),
        ("ends_at", {"ends_at": STARTS}),
        ("draw_at", {"kind": "at_instant", "draw_at": STARTS}),
        ("forfeiture", {"forfeiture": "substitute", "substitutes": 2}),
        ("products", {"products": (999_999,)}),
        ("slug", {"slug": "Not a slug"}),
        ("cap_person", {"cap_person": 0}),
    ],
)
def test_L06_what_the_law_requires_must_be_there(fair, field, about):
    with pytest.raises(Invalid) as caught:
        fair.draft(a_plan(**about))

    assert caught.value.details["field"] == field
    assert not Draw.objects.exists()


def test_a_short_name_is_a_brands_own_and_taken_once(fair):
    fair.draft(a_plan(slug="spring"))

    with pytest.raises(Invalid) as caught:
        fair.draft(a_plan(slug="spring"))

    assert caught.value.details == {"field": "slug", "rule": "taken", "value": "spring"}
    assert Fair().draft(a_plan(slug="spring")).pk


def test_a_second_person_publishes_and_nobody_alone(fair):
    draw = fair.waiting()
    admin = an_actor(fair.brand, Role.BRAND_ADMIN)
    own = planning.submit_draw(
        admin, draw=planning.create_draw(admin, plan=a_plan(), now=NOW), now=NOW
    )

    with pytest.raises(NotAllowed):
        publishing.approve_draw(fair.manager, draw=draw, now=NOW)
    with pytest.raises(SamePerson):
        publishing.approve_draw(admin, draw=own, now=NOW)
    with pytest.raises(Invalid):
        publishing.approve_draw(fair.approver, draw=draw, now=STARTS)
    draw.refresh_from_db()
    assert draw.state == DrawState.WAITING
    publishing.approve_draw(fair.approver, draw=draw, note="ok", now=NOW)
    draw.refresh_from_db()
    assert (draw.state, draw.version) == (DrawState.PUBLISHED, 1)
    assert PrizeSlot.objects.filter(prize__draw=draw).count() == 22


def test_what_was_edited_after_it_was_asked_for_is_not_approved(fair):
    draw = fair.waiting()
    DrawPrize.objects.filter(draw=draw, rank=1).update(quantity=1)

    with pytest.raises(ContentChanged):
        publishing.approve_draw(fair.approver, draw=draw, now=NOW)

    assert not DrawTerms.objects.exists()


def test_a_refused_draw_is_a_draft_again_and_a_published_one_is_not_edited(fair):
    draw = fair.waiting()
    publishing.refuse_draw(fair.approver, draw=draw, note="too dear", now=NOW)
    edited = planning.edit_draw(
        fair.manager, draw=draw, plan=a_plan(slug=draw.slug, prizes=(MUG,)), now=NOW
    )
    assert edited.state == DrawState.DRAFT
    planning.submit_draw(fair.manager, draw=edited, now=NOW)
    publishing.approve_draw(fair.approver, draw=edited, now=NOW)

    with pytest.raises(DrawNotDraft):
        planning.edit_draw(fair.manager, draw=edited, plan=a_plan(), now=NOW)

    assert [prize.name for prize in edited.prizes.all()] == ["马克杯"]


def test_R176_the_rule_page_says_what_the_engine_does(fair):
    draw = fair.published()
    terms = selectors.terms_of(draw)

    table = selectors.table_of(terms)
    assert terms.page == page_text(terms.rules)
    for prize in table.prizes:
        named = next(p for p in terms.rules["prizes"] if p["id"] == prize.id)
        assert named["name"] in terms.page
        assert f"{prize.value_fen // 100:,}." in terms.page
        assert f"{prize.quantity}" in terms.page
    assert "100" in terms.page  # the odds: 5 in 100, 45 in 100
    assert table.total_weight == 100
    for words in ("奔腾电器有限公司", "400-800-0000", "本品牌会员均可参加", "2026-11-23 20:00"):
        assert words in terms.page, words
    assert len(sections(terms.rules)) == 9


# --- entering ---------------------------------------------------------------------------------


def test_an_entry_is_taken_between_start_and_end_only(fair):
    draw = fair.published()

    for at, reason in ((NOW, "before"), (ENDS, "ended")):
        with pytest.raises(DrawNotOpen) as caught:
            fair.enter(draw, at=at)
        assert caught.value.details["reason"] == reason
    with pytest.raises(NotFound):
        fair.enter(fair.draft())
    draw.refresh_from_db()
    assert draw.entered == 0
    assert fair.enter(draw, at=STARTS).entry.seq == 1
    assert fair.enter(draw, at=ENDS - timedelta(seconds=1)).entry.seq == 2


def test_a_cap_of_one_and_a_repeated_request(fair):
    draw, who = fair.published(), fair.consumer()
    first = fair.enter(draw, who, key="same")

    again = fair.enter(draw, who, key="same")
    assert again.repeated
    assert again.entry == first.entry
    with pytest.raises(TakenPartAlready) as caught:
        fair.enter(draw, who)
    assert caught.value.details == {"cap": "person", "limit": 1}
    with pytest.raises(Invalid):
        fair.enter(draw, key="same")  # somebody else's
    draw.refresh_from_db()
    assert (draw.entered, DrawEntry.objects.count()) == (1, 1)


def test_a_device_has_its_cap_and_only_a_keyed_mark_of_it_is_kept(fair):
    draw = fair.published(a_plan(cap_device=2))
    for _ in range(2):
        fair.enter(draw, device="10.0.0.1|phone")

    with pytest.raises(TakenPartAlready):
        fair.enter(draw, device="10.0.0.1|phone")

    assert fair.enter(draw, device="10.0.0.2|phone").entry.device_n == 1
    assert not DrawEntry.objects.filter(device__contains="10.0").exists()


def test_insiders_minors_and_strangers_take_no_part(fair):
    draw = fair.published()
    insider = fair.consumer(fair.member(is_insider=True))
    staff = User.objects.filter(brand=fair.brand).first()
    colleague = fair.member(email=staff.email.upper(), email_key=staff.email)

    for who in (insider, fair.consumer(colleague)):
        with pytest.raises(InsiderExcluded) as caught:
            fair.enter(draw, who)
        assert "反不正当竞争法" in caught.value.details["rule"]
    with pytest.raises(Invalid):
        fair.enter(draw, adult=False)
    with pytest.raises(NotFound):
        fair.enter(draw, Fair().consumer())
    assert not DrawEntry.objects.exists()


def test_R122_who_wins_has_nothing_to_do_with_the_number_of_the_code():
    goods = Goods()
    fair = Fair(goods.brand)
    draw = fair.published(
        a_plan(entry_by=EntryBy.SCAN, cap_person=100, blank_weight=100, fallback="none",
               prizes=(replace(MUG, quantity=5000, weight=100),))
    )  # fmt: skip
    who = fair.consumer()

    won = [fair.enter(draw, who, unit=goods.unit(n)).entry.got == "prize-1" for n in range(100)]

    # half win; neither half of the serials, nor odd or even ones, differ beyond 4 sigma
    for group in (won[:50], won[50:], won[::2], won[1::2]):
        assert abs(sum(group) - 25) <= 4 * 3.54
    with pytest.raises(TakenPartAlready):
        fair.enter(draw, fair.consumer(), unit=goods.unit(0))


def test_a_scan_counts_once_and_the_hidden_code_is_asked_for_where_there_is_one():
    goods = Goods(inner=True)
    fair = Fair(goods.brand)
    draw = fair.published(a_plan(entry_by=EntryBy.SCAN))

    with pytest.raises(NotEligible) as caught:
        fair.enter(draw)
    assert caught.value.details["reason"] == "no_code"
    with pytest.raises(InnerCodeNeeded):
        fair.enter(draw, unit=goods.unit(0))
    inner = codes.resolve(goods.code(0, Face.INNER))
    assert fair.enter(draw, unit=inner).entry.code_n == 1
    assert fair.member().pk  # (another person with the same code)
    with pytest.raises(TakenPartAlready) as taken:
        fair.enter(draw, unit=inner)
    assert taken.value.details["cap"] == "code"


def test_an_activation_gives_its_owner_one_chance():
    goods = Goods()
    fair = Fair(goods.brand)
    draw = fair.published(
        a_plan(entry_by=EntryBy.ACTIVATION, products=(goods.product.pk,), cap_person=5)
    )
    owner = fair.consumer()

    def activated(serial, at):
        wish = ActivationWish(key=f"a{serial}", code=goods.code(serial), member_id=owner.member_id)
        outcome = activate(owner, wish=wish, now=at)
        event = UnitActivated(
            brand_id=fair.brand.pk, activation_id=outcome.activation_id, unit_id=outcome.unit_id,
            member_id=owner.member_id, product_id=goods.product.pk, region="",
        )  # fmt: skip
        for _ in range(2):  # a reaction may run twice
            offer_chances(event, now=at)

    activated(1, STARTS - timedelta(hours=1))
    activated(2, DURING)

    (second,) = selectors.activations_with_a_chance(owner, draw)
    assert second.unit_id == row_of(goods.unit(2)).pk
    assert selectors.draws_open_to(owner, second, now=DURING) == [draw]
    assert selectors.chances_of(fair.manager, draw) == (1, 0)
    with pytest.raises(NotEligible) as caught:
        fair.enter(draw, owner, unit=goods.unit(1))
    assert caught.value.details["reason"] == "activated_before"
    with pytest.raises(NotEligible):
        fair.enter(draw, unit=goods.unit(2))  # not the owner
    assert fair.enter(draw, owner, unit=goods.unit(2)).entry.code_n == 1
    assert not selectors.activations_with_a_chance(owner, draw).exists()
    assert selectors.chances_of(fair.manager, draw) == (1, 1)


# --- instant draws ------------------------------------------------------------------------------


def a_finished_draw(fair, people=40):
    draw = fair.published()
    for n in range(people):
        fair.enter(draw, at=STARTS + timedelta(hours=4 * n))
    return over(draw)


def test_R150_anybody_recomputes_an_instant_draw(fair, tmp_path):
    draw = a_finished_draw(fair)
    document = json.loads(selectors.published_bytes(draw, 1))

    assert draw.state == DrawState.DRAWN
    assert verified(tmp_path, document) == (0, "as published")
    assert document["commitment"] == selectors.versions_of(draw)[0].commitment
    got = Counter(entry["got"] for entry in document["entries"])
    wins = Counter(Win.objects.values_list("prize__rank", flat=True))
    assert {f"prize-{rank}": number for rank, number in wins.items()} == {
        ident: number for ident, number in got.items() if ident.startswith("prize")
    }
    assert sum(wins.values()) > 5
    assert got["blank"] > 5
    assert selectors.list_file(draw, 1).exists()
    assert selectors.as_file(selectors.published_list(draw, 1)) == (
        selectors.list_file(draw, 1).read_bytes()
    )


@pytest.mark.parametrize("change", ["entrant", "removed", "result", "quantity", "seed"])
def test_R150_a_changed_list_is_found(fair, tmp_path, change):
    document = json.loads(selectors.published_bytes(a_finished_draw(fair, people=12), 1))
    tampered = copy.deepcopy(document)
    match change:
        case "entrant":
            tampered["entries"][3]["person"] = "0" * 32
        case "removed":
            del tampered["entries"][3]
        case "result":
            loser = next(e for e in tampered["entries"] if e["got"] == "blank")
            loser["got"] = "prize-1"
        case "quantity":
            tampered["table"]["prizes"][0]["quantity"] += 1
        case "seed":
            tampered["seed"] = "00" * 32

    status, line = verified(tmp_path, tampered)

    assert status == 1
    assert line.startswith("DIFFERS")


def test_the_seed_is_unreadable_in_the_database_and_sealed_until_the_end(fair):
    draw = fair.published()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM campaigns_draw")
        ((kept,),) = cursor.fetchall()
    assert draw.secret not in kept
    with pytest.raises(DrawNotEnded):
        selectors.published_list(draw, 1)
    with pytest.raises(DrawNotEnded):
        ending.hold_draw(fair.manager, draw=draw, now=AFTER)
    with pytest.raises(DrawNotEnded):
        ending.close_draw(fair.manager, draw=draw, now=DURING)


def test_no_unit_is_won_before_its_release_and_never_more_than_there_are(fair):
    sure = replace(COOKER, quantity=1, weight=1)
    draw = fair.published(a_plan(blank_weight=0, prizes=(sure,), fallback="none"))
    release = PrizeSlot.objects.get(prize__draw=draw).release_at

    early = [fair.enter(draw, at=max(STARTS, release - timedelta(seconds=1)))]
    late = [fair.enter(draw, at=release + timedelta(seconds=n)) for n in range(3)]

    assert [one.entry.got for one in early + late] == ["gone", "prize-1", "gone", "gone"]
    (standing,) = selectors.standing_of(draw)
    assert (standing.won, standing.left) == (1, 0)
    assert (standing.cost_fen, standing.worst_fen) == (39_900, 39_900)
    assert worst_case_fen(draw) == 39_900


def test_R201_after_the_start_only_changes_in_the_consumers_favour(fair, tmp_path):
    draw = fair.published()
    for n in range(15):
        fair.enter(draw, at=STARTS + timedelta(hours=8 * n))
    before = Win.objects.count()
    worse = [{"more": {1: -1}}, {"ends_at": ENDS - timedelta(hours=1)}, {"claim_days": 29}]
    for change in worse:
        with pytest.raises(OnlyInFavour) as caught:
            publishing.improve_draw(fair.manager, draw=draw, now=DURING, **change)
        assert "规范促销行为暂行规定" in caught.value.details["rule"]
    with pytest.raises(Invalid):
        publishing.improve_draw(fair.manager, draw=draw, now=DURING)

    later = ENDS + timedelta(days=1)
    better = publishing.improve_draw(
        fair.manager, draw=draw, more={2: 10}, ends_at=later, claim_days=40, now=DURING
    )
    for n in range(15):
        fair.enter(better, at=DURING + timedelta(hours=2 * n))

    assert better.version == 2
    assert [s.prize.quantity for s in selectors.standing_of(better)] == [2, 30]
    ending.mind_draws(later + timedelta(hours=1))
    better.refresh_from_db()
    assert better.state == DrawState.DRAWN
    documents = [json.loads(selectors.published_bytes(better, n)) for n in (1, 2)]
    assert [verified(tmp_path, one)[0] for one in documents] == [0, 0]
    assert [len(one["entries"]) for one in documents] == [15, 15]
    assert documents[0]["seed"] == documents[1]["seed"]  # no second secret to choose
    left = {p["id"]: p["quantity"] for p in documents[1]["table"]["prizes"]}
    total = {s.prize.ident: s.prize.quantity for s in selectors.standing_of(better)}
    won = Counter(e["got"] for e in documents[0]["entries"])
    assert left == {ident: total[ident] - won[ident] for ident in total}
    assert Win.objects.count() > before


def test_the_kill_switch_stops_at_once_with_its_reason_and_keeps_what_was_won(fair, tmp_path):
    draw = fair.published(a_plan(blank_weight=0))
    won = fair.enter(draw)
    assert won.win is not None

    with pytest.raises(Invalid):
        publishing.kill_draw(fair.manager, draw=draw, reason=" ", now=DURING)
    publishing.kill_draw(fair.manager, draw=draw, reason="价格标错", now=DURING)

    with pytest.raises(DrawNotOpen) as caught:
        fair.enter(draw)
    assert caught.value.details["reason"] == "stopped"
    with pytest.raises(DrawNotOpen):
        publishing.kill_draw(fair.manager, draw=draw, reason="again", now=DURING)
    who = consumer(brand_id=fair.brand.pk, member_id=won.win.member_id)
    claimed = prizes.claim_win(who, win=won.win, deliver_to="张三 13800138000 广州", now=DURING)
    assert claimed.state == Win.State.CLAIMED
    draw.refresh_from_db()
    assert verified(tmp_path, json.loads(selectors.published_bytes(draw, 1)))[0] == 0


def test_results_that_were_altered_are_never_shown_and_hold_no_other_draw_up(fair):
    altered, other = fair.published(a_plan(blank_weight=0)), fair.published()
    fair.enter(altered)
    fair.enter(other)
    DrawEntry.objects.filter(draw=altered).update(got="blank")

    ending.mind_draws(AFTER)

    altered.refresh_from_db()
    other.refresh_from_db()
    assert (altered.state, other.state) == (DrawState.CLOSED, DrawState.DRAWN)
    with pytest.raises(ListDiffers):
        ending.hold_draw(fair.manager, draw=altered, now=AFTER)
    with pytest.raises(DrawNotEnded):
        selectors.published_list(altered, 1)


# --- draws among entrants -----------------------------------------------------------------------


def a_held_draw(fair, people=30, **about):
    draw = fair.published(a_list_plan(**about))
    for _ in range(people):
        fair.enter(draw)
    return over(draw)


def test_R046_R150_a_draw_among_entrants_is_held_by_the_clock_and_recomputed(fair, tmp_path):
    draw = a_held_draw(fair, prizes=(COOKER, MUG))
    document = json.loads(selectors.published_bytes(draw, 1))

    assert draw.state == DrawState.DRAWN
    assert verified(tmp_path, document) == (0, "as published")
    assert document["root"] == draw.root
    assert Win.objects.filter(state=Win.State.OFFERED).count() == 22
    assert Message.objects.filter(template="prize_won").count() == 22
    entry = DrawEntry.objects.first()
    assert path_leads_to(entry.name, selectors.receipt_of(draw, entry), draw.root)
    document["entrants"][4] = "f" * 32
    assert verified(tmp_path, document)[0] == 1


def test_the_root_stands_before_anybody_knows_the_seed(fair):
    draw = fair.published(a_list_plan(outside_source="公证处 2026-11-30 21:00 抽取的号码"))
    for _ in range(5):
        fair.enter(draw)
    ending.mind_draws(ENDS)
    draw.refresh_from_db()

    assert (draw.state, len(draw.root)) == (DrawState.CLOSED, 64)
    assert selectors.receipt_of(draw, DrawEntry.objects.first())
    ending.mind_draws(AFTER)  # waits for the notary
    draw.refresh_from_db()
    assert draw.state == DrawState.CLOSED
    with pytest.raises(OutsideValue):
        ending.hold_draw(fair.manager, draw=draw, now=AFTER)
    with pytest.raises(DrawNotEnded):
        ending.hold_draw(fair.manager, draw=draw, outside="8417", now=ENDS)
    held = ending.hold_draw(fair.manager, draw=draw, outside=" 8417 ", now=AFTER)
    assert (held.state, held.outside) == (DrawState.DRAWN, "8417")
    with pytest.raises(DrawNotEnded):
        ending.hold_draw(fair.manager, draw=draw, outside="8418", now=AFTER)
    plain = over(fair.published(a_list_plan()))
    assert plain.state == DrawState.DRAWN  # nobody came, nobody won
    with pytest.raises(OutsideValue):
        ending.hold_draw(fair.manager, draw=plain, outside="1", now=AFTER)


def test_a_prize_that_nobody_claims_goes_to_the_next_substitute(fair, tmp_path):
    draw = a_held_draw(
        fair, prizes=(replace(COOKER, quantity=1),), forfeiture="substitute", substitutes=2
    )
    first, second, third = Win.objects.order_by("rank")
    assert (second.state, second.prize) == (Win.State.SUBSTITUTE, None)
    assert verified(tmp_path, json.loads(selectors.published_bytes(draw, 1)))[0] == 0

    ending.mind_draws(AFTER + timedelta(days=31))

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.state == Win.State.FORFEITED
    assert (second.state, second.prize, second.instead_of) == ("offered", first.prize, first)
    assert [winner.entry for winner in selectors.winners_of(draw)] == [second.entry.name]
    (standing,) = selectors.standing_of(draw)
    assert (standing.won, standing.cost_fen) == (1, 39_900)
    ending.mind_draws(AFTER + timedelta(days=62))
    ending.mind_draws(AFTER + timedelta(days=93))
    third.refresh_from_db()
    assert third.state == Win.State.FORFEITED
    assert selectors.standing_of(draw)[0].cost_fen == 0


# --- prizes, lists, archive ---------------------------------------------------------------------


def test_R055_a_prize_is_claimed_in_time_and_delivered_with_proof(fair):
    a_held_draw(fair, prizes=(COOKER,))
    first, second = Win.objects.order_by("rank")
    who = consumer(brand_id=fair.brand.pk, member_id=first.member_id)

    with pytest.raises(Invalid):
        prizes.claim_win(who, win=first, now=AFTER)
    with pytest.raises(NotFound):
        prizes.claim_win(who, win=second, deliver_to="x", now=AFTER)
    with pytest.raises(WinNotOpen):
        prizes.claim_win(who, win=first, deliver_to="x", now=AFTER + timedelta(days=30))
    with pytest.raises(WinNotOpen):
        prizes.deliver_win(fair.manager, win=first, proof="SF1", now=AFTER)
    prizes.claim_win(who, win=first, deliver_to="张三 13800138000 广州市天河区", now=AFTER)
    with pytest.raises(WinNotOpen):
        prizes.claim_win(who, win=first, deliver_to="x", now=AFTER)
    done = prizes.deliver_win(fair.manager, win=first, proof="SF1234567890", now=AFTER)
    assert (done.state, done.proof, done.deliver_to) == ("delivered", "SF1234567890", "")
    assert not AuditEntry.objects.filter(data__icontains="天河").exists()


def test_coins_arrive_when_they_are_claimed_once(fair):
    coins = PrizePlan(
        name="100 C币", kind="coins", coins=100, value_fen=1000, quantity=5, terms="100 C币 = 1 元"
    )
    a_held_draw(fair, prizes=(coins,), people=5)
    win = Win.objects.first()
    who = consumer(brand_id=fair.brand.pk, member_id=win.member_id)

    assert prizes.claim_win(who, win=win, now=AFTER).state == Win.State.DELIVERED
    with pytest.raises(WinNotOpen):
        prizes.claim_win(who, win=win, now=AFTER)
    assert balance_for(who, win.member_id, now=AFTER).available == 100


def test_R171_R172_winners_are_masked_unless_they_agreed_to_be_named(fair):
    members.publish_consent_texts(operator(fair.brand), now=NOW)
    draw = fair.published(a_plan(blank_weight=0))
    people = [fair.member(nickname="张三丰"), fair.member(nickname="李四光"), fair.member()]
    for person in people:
        fair.enter(draw, fair.consumer(person), at=DURING)
    agreeing = fair.consumer(people[1])
    members.answer_consent(
        agreeing, purpose=Purpose.PUBLISH, given=True, version=1, language="zh-hans", now=DURING
    )

    named = {winner.name for winner in selectors.winners_of(draw)}
    assert named == {"张**", "李四光", masked_name(people[2])}
    assert "*" in masked_name(people[2])
    assert people[2].phone[4:] not in str(named)
    members.withdraw(agreeing, purpose=Purpose.PUBLISH, now=AFTER)
    assert "李**" in {winner.name for winner in selectors.winners_of(draw)}


def test_L06b_the_archive_is_whole_and_kept_for_two_years(fair, tmp_path):
    draw = a_held_draw(fair, prizes=(COOKER,), people=8)
    with pytest.raises(PrizesOpen):
        archive.archive_draw(fair.manager, draw=draw, now=AFTER)
    later = AFTER + timedelta(days=31)
    ending.mind_draws(later)

    archive.archive_draw(fair.manager, draw=draw, now=later)

    content = archive.download_archive(fair.manager, draw=draw, now=later)
    with zipfile.ZipFile(BytesIO(content)) as box:
        assert sorted(box.namelist()) == [
            "README.txt", "entries.csv", "published-1.json", "rules-1.json", "rules-1.txt",
            "verify_draw.py", "winners.csv",
        ]  # fmt: skip
        box.extractall(tmp_path / "box")
        assert box.read("winners.csv").count(b"forfeited") == 2
    done = subprocess.run(
        [sys.executable, "-I", "verify_draw.py", "published-1.json"],
        cwd=tmp_path / "box", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "as published"
    with pytest.raises(RetentionHolds) as caught:
        planning.delete_draw(fair.manager, draw=draw, now=later + timedelta(days=700))
    assert "规范促销行为暂行规定第十九条" in caught.value.details["rule"]
    planning.delete_draw(fair.manager, draw=draw, now=later + timedelta(days=733))
    assert not Draw.objects.exists()


def test_a_draft_is_deleted_and_a_running_draw_never(fair):
    planning.delete_draw(fair.manager, draw=fair.draft(), now=NOW)
    running = fair.published()

    with pytest.raises(RetentionHolds):
        planning.delete_draw(fair.manager, draw=running, now=AFTER + timedelta(days=9999))

    assert list(Draw.objects.all()) == [running]


def test_who_sees_a_draw(fair):
    draft, shown = fair.draft(), fair.published()
    partner = an_actor(fair.brand, Role.RETAILER, a_partner(fair.brand, "retailer"))
    stranger = an_actor(a_brand(), Role.BRAND_ADMIN)

    assert set(selectors.draws_for(fair.manager)) == {draft, shown}
    assert set(selectors.draws_for(fair.consumer())) == {shown}
    assert not selectors.draws_for(partner).exists()
    for deed in (
        lambda: planning.submit_draw(stranger, draw=draft, now=NOW),
        lambda: publishing.kill_draw(stranger, draw=shown, reason="x", now=NOW),
        lambda: publishing.improve_draw(stranger, draw=shown, more={1: 1}, now=NOW),
        lambda: archive.download_archive(stranger, draw=shown, now=NOW),
        lambda: selectors.draw_by_id(stranger, shown.pk),
    ):
        with pytest.raises(NotFound):
            deed()
    agent = an_actor(fair.brand, Role.SERVICE_AGENT)
    with pytest.raises(NotAllowed):
        publishing.kill_draw(agent, draw=shown, reason="x", now=NOW)
