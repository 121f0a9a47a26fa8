"""Codes on the command line: the whole story, or what a consumer would be told."""

import argparse
from dataclasses import asdict
from typing import Any

from hefu.apps.accounts import selectors as accounts
from hefu.apps.identity.errors.life import CodeUnknown
from hefu.apps.identity.selectors.activations import warranty_card_for
from hefu.apps.identity.selectors.codes import Missed, resolve
from hefu.apps.identity.selectors.story import Station, Story, story_of
from hefu.apps.identity.selectors.verdicts import verdict_for
from hefu.core.actor import Actor, system
from hefu.surfaces.cli.common import OPERATOR, brand_named, clock


def show(options: argparse.Namespace) -> dict[str, Any]:
    """Tell the life of a code; nothing is counted as a check."""
    story, actor = _story(options.code, options.brand)
    verdict = verdict_for(actor, story.unit, now=clock())
    batch = story.unit.batch
    card = warranty_card_for(actor, story.unit, on=clock().date())
    stations = [_plain(station) for station in story.stations]
    origin = f"batch {batch.number}, {batch.produced_on}, serial {story.unit.serial}"
    lines = [
        f"{story.code}  {batch.name}",
        f"model {batch.model}, item {batch.item_no}, {origin}",
        f"verdict: {verdict.kind.value} ({', '.join(r.code for r in verdict.reasons)})",
        "",
        *(_line(station) for station in story.stations),
    ]
    return {
        "code": story.code, "serial": story.unit.serial, "verdict": verdict.kind.value,
        "reasons": [reason.code for reason in verdict.reasons],
        "product": {
            "item_no": batch.item_no, "model": batch.model, "name": batch.name, "gtin": batch.gtin,
        },
        "batch": {"number": batch.number, "produced_on": batch.produced_on.isoformat()},
        "brand": actor.brand_id, "checks": story.row.scan_count if story.row else 0,
        "warranty": asdict(card) if card else None, "story": stations, "text": "\n".join(lines),
    }  # fmt: skip


def verify(options: argparse.Namespace) -> dict[str, Any]:
    """Say what a consumer would be told; nothing is counted as a check."""
    found = resolve(options.code)
    if isinstance(found, Missed):
        return {"verdict": found.reason.value, "position": found.position, "status": 1}
    actor = system("operator", brand_id=found.brand_id)
    verdict = verdict_for(actor, found, now=clock()).for_consumer()
    return {
        "verdict": verdict.kind.value, "reasons": [reason.code for reason in verdict.reasons],
        "since": verdict.since, "product": found.batch.name, "model": found.batch.model,
    }  # fmt: skip


def _story(code: str, brand: str | None) -> tuple[Story, Actor]:
    """A sealed code tells its brand; other numbers are looked for in the named one, or in all."""
    if brand:
        actor = system("operator", brand_id=brand_named(brand).pk).through("cli")
        return story_of(actor, code), actor
    for one in accounts.brands_for(OPERATOR):
        actor = system("operator", brand_id=one.pk).through("cli")
        try:
            return story_of(actor, code), actor
        except CodeUnknown:
            continue
    raise CodeUnknown(field="code")


def _plain(station: Station) -> dict[str, Any]:
    return {name: value for name, value in asdict(station).items() if value not in ("", None, 0)}


def _line(station: Station) -> str:
    about = [
        text
        for text in (
            station.reference, f"{station.count} units" if station.count else "", station.channel,
            station.partner, station.region, station.member, station.note,
        )
        if text
    ]  # fmt: skip
    return f"{station.at:%Y-%m-%d %H:%M}  {station.kind.value:<14} {', '.join(about)}"
