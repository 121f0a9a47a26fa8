"""The demonstration: two brands at work, a code to scan, and everything served on one machine."""

import argparse
import json
import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from hefu.apps.accounts import selectors as accounts
from hefu.apps.accounts import services as people
from hefu.apps.accounts.models import Brand, Organisation, User
from hefu.apps.audit.worker import work_off
from hefu.apps.catalog import selectors as catalog
from hefu.apps.catalog import services as products
from hefu.apps.identity.models import ProductionOrder
from hefu.apps.identity.selectors import codes
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.selectors.orders import order_by_number
from hefu.apps.identity.selectors.templates import host_of
from hefu.apps.identity.services import exports, keys, marks, orders
from hefu.apps.members import services as members
from hefu.apps.network import selectors as network
from hefu.apps.network import services as channels
from hefu.core.actor import Actor, system
from hefu.core.codes.carrier import build_link
from hefu.core.errors import DomainError, Kind
from hefu.core.permissions import PARTNER_ROLES, Role
from hefu.surfaces.cli import serve as server
from hefu.surfaces.cli.common import OPERATOR, brand_named, clock
from hefu.surfaces.cli.crowd import Crowd
from hefu.surfaces.cli.demo_business import ask_buyers, open_account
from hefu.surfaces.cli.demo_campaigns import Campaigns
from hefu.surfaces.cli.demo_mall import open_mall
from hefu.surfaces.cli.demo_pages import DemoPages
from hefu.surfaces.cli.demo_questions import Questions

FILES = Path(__file__).resolve().parents[4] / "demo"
Plan = dict[str, Any]


class DemonstrationMissing(DomainError):
    """The files of the demonstration lie in the repository, not in the installed package."""

    code = "cli.demonstration_missing"
    kind = Kind.MISSING


def demo(options: argparse.Namespace) -> dict[str, Any]:
    """Set up (once), print where to look, serve until stopped."""
    if not (FILES / "demonstration.json").exists():
        raise DemonstrationMissing(field="demo", rule="run_from_a_clone")
    plan = json.loads((FILES / "demonstration.json").read_text())
    say = _Progress(quiet=options.json)
    say("setting up the database")
    server.migrate()
    for brand in plan["brands"]:
        if not accounts.brands_for(OPERATOR).filter(slug=brand["slug"]).exists():
            _Founding(plan=plan, brand_plan=brand, say=say).run()
    answer = _answer(plan, f"http://localhost:{options.port}")
    if options.no_serve:
        return answer
    print(answer["text"], flush=True)
    options.host, options.no_worker, options.edge_only = "127.0.0.1", False, False
    return server.serve(options)


@dataclass
class _Progress:
    quiet: bool

    def __call__(self, text: str) -> None:
        if not self.quiet:
            print(f"  · {text}", flush=True)


@dataclass(kw_only=True)
class _Founding:
    """One brand, from nothing to a month of business."""

    plan: Plan
    brand_plan: Plan
    say: _Progress

    def run(self) -> None:
        """Do it in the order a brand would."""
        plan, self.now = self.brand_plan, clock()
        self.random = random.Random(f"{self.plan['seed']} {plan['slug']}")  # noqa: S311
        self.say(f"{plan['name']} ({plan['name_en']}): people, products, channels")
        brand = self._found()
        self.actor = system("operator", brand_id=brand.pk).through("cli")
        keys.generate_key(self.actor, now=self.now)
        members.publish_consent_texts(self.actor, now=self.now)
        partners = self._partners()
        self.people = self._people(partners)
        self._channels(partners)
        with (FILES / plan["products"]).open("rb") as file:
            products.import_products(
                self.actor, file=file, file_name=plan["products"], now=self.now
            )
        work_off(clock=clock)
        if "page" in plan:
            self.say("a product page, approved; a newer version waits")
            DemoPages(
                specialist=self._person(Role.PRODUCT_SPECIALIST),
                approver=self._person(Role.APPROVER),
                now=self.now,
            ).run(FILES / plan["page"])
        self.say("production orders, released by a second person")
        sold = [self._order(row) for row in plan["orders"]]
        self.say(f"{plan['activations']} buyers activate what they bought")
        Crowd(actor=self.actor, random=self.random, now=self.now).buy(sold, plan["activations"])
        if "mall" in plan:
            self.say("the mall opens")
            open_mall(self.actor, plan["mall"], now=self.now)
            self.say("promotions, coupons, a draw, a flash sale, a backtest")
            Campaigns(
                manager=self._person(Role.CAMPAIGN_MANAGER),
                approver=self._person(Role.APPROVER),
                now=self.now,
                random=self.random,
            ).run()
        if "questions" in plan:
            self.say("readers' questions, answered by the maker and by owners")
            Questions(
                brand_id=brand.pk, system=self.actor, now=self.now,
                specialist=self._person(Role.PRODUCT_SPECIALIST),
            ).run(FILES / plan["questions"])  # fmt: skip
        self.say("a batch to try, and its printer files")
        self._try(*plan["try_order"])
        work_off(clock=clock)
        self.say("a contract and its invoices, a survey and its answers")
        open_account(self.actor, now=self.now)
        ask_buyers(self.actor, self.random, now=self.now)

    def _found(self) -> Brand:
        names = ("name_en", "colour", "trader_name", "trader_address", "trader_contact")
        about = {name: self.brand_plan[name] for name in names}
        return people.found_brand(
            OPERATOR,
            slug=self.brand_plan["slug"],
            name=self.brand_plan["name"],
            now=self.now,
            **about,
        )

    def _partners(self) -> dict[str, Organisation]:
        return {
            channel or kind: people.add_organisation(
                self.actor, kind=kind, code=code, name=name, region=region, now=self.now
            )
            for kind, code, name, region, channel in self.brand_plan["partners"]
        }

    def _people(self, partners: dict[str, Organisation]) -> dict[Role, User]:
        by_kind = {partner.kind: partner for partner in partners.values()}
        found = {}
        for role in Role:
            partner = by_kind.get(role.value)
            if role in PARTNER_ROLES and partner is None:
                continue
            found[role] = people.invite(
                self.actor, email=_email(role, self.brand_plan["slug"]), role=role,
                name=role.value.replace("_", " ").title(), password=self.plan["password"],
                organisation=partner, now=self.now,
            )  # fmt: skip
        return found

    def _channels(self, partners: dict[str, Organisation]) -> None:
        for code, name, kind, region in self.brand_plan["channels"]:
            channels.add_channel(
                self.actor, code=code, name=name, kind=kind, region=region,
                organisation=partners.get(code), now=self.now,
            )  # fmt: skip

    def _place(
        self, number: str, item: str, *, days_ago: int, batch: str, quantity: int
    ) -> ProductionOrder:
        at = self.now - timedelta(days=days_ago)
        order = orders.create_order(
            self._person(Role.PRODUCT_SPECIALIST), number=number, batch=batch, quantity=quantity,
            product=catalog.product_by_item_no(self.actor, item), produced_on=at.date(), now=at,
        )  # fmt: skip
        return orders.approve_order(self._person(Role.APPROVER), order=order, now=at)

    def _order(self, row: list[Any]) -> tuple[ProductionOrder, int, int]:
        """Issue, commission and ship; returns the order, units sold and days on sale."""
        number, item, days_ago, batch, quantity, channel, share = row
        order = self._place(number, item, days_ago=days_ago, batch=batch, quantity=quantity)
        made = self.now - timedelta(days=days_ago - 2)
        shipped = marks.Serials(batch_id=order.batch_id, first=0, count=int(quantity * 0.9))
        every = marks.Serials(batch_id=order.batch_id, first=0, count=quantity)
        marks.commission(self.actor, serials=[every], now=made)
        to = network.channel_by_code(self.actor, channel)
        marks.ship(self.actor, serials=[shipped], channel=to, now=made + timedelta(days=3))
        return order, int(quantity * share), days_ago - 6

    def _try(self, number: str, item: str, batch: str, quantity: int) -> None:
        order = self._place(number, item, days_ago=2, batch=batch, quantity=quantity)
        every = marks.Serials(batch_id=order.batch_id, first=0, count=quantity)
        marks.commission(self.actor, serials=[every], now=self.now - timedelta(days=1))
        specialist = self._person(Role.PRODUCT_SPECIALIST)
        for form in ("csv", "pdf"):
            exports.start_export(specialist, order=order, format=form, now=self.now)
        waiting = f"{number}-B"
        orders.create_order(
            specialist, number=waiting, batch=batch, quantity=quantity, now=self.now,
            product=order.batch.product, produced_on=order.batch.produced_on,
        )  # fmt: skip

    def _person(self, role: Role) -> Actor:
        return accounts.actor_of(self.people[role], surface="cli")


def _email(role: Role, slug: str) -> str:
    return f"{role.value.replace('_', '.')}@{slug}.example"


def _answer(plan: Plan, origin: str) -> dict[str, Any]:
    first = plan["brands"][0]
    brand = brand_named(first["slug"])
    actor = system("operator", brand_id=brand.pk)
    order = order_by_number(actor, first["try_order"][0])
    facts = BOOK.by_id([order.batch_id])[order.batch_id]
    code = codes.code_text(facts, 0)
    link = f"{origin}/01/{facts.gtin}/21/{code[:16]}"
    printed = build_link(host_of(brand), facts.gtin, code[:16])
    roles = [
        role for role in Role
        if accounts.people_for(actor).filter(email=_email(role, first["slug"])).exists()
    ]  # fmt: skip
    log_ins = {role.value: _email(role, first["slug"]) for role in roles}
    lines = [
        "", "Hefu 合符 is ready.", "",
        f"  a code to try    {code}",
        f"  scan or open     {link}",
        f"  type a code      {origin}/check/",
        f"  the mall         {origin}/mall/of/{first['slug']}/",
        f"  a draw           {origin}/draws/{first['slug']}/anniversary/",
        f"  questions        {origin}/questions/of/{first['slug']}/",
        f"  the desk         {origin}/desk/",
        f"  messages         {origin}/demo/messages/   (one-time codes arrive here)",
        f"  the API          {origin}/api/v1/openapi.json",
        "", f"  log-ins (password {plan['password']}):",
        *(f"    {role:<20}{email}" for role, email in log_ins.items()), "",
        f"  files and database are in {settings.HEFU_DATA}; stop with Ctrl-C", "",
    ]  # fmt: skip
    return {
        "code": code, "link": link, "printed": printed, "password": plan["password"],
        "log_ins": log_ins,
        "addresses": {
            "desk": f"{origin}/desk/", "check": f"{origin}/check/",
            "mall": f"{origin}/mall/of/{first['slug']}/",
            "messages": f"{origin}/demo/messages/", "api": f"{origin}/api/v1/openapi.json",
        },
        "text": "\n".join(lines),
    }  # fmt: skip
