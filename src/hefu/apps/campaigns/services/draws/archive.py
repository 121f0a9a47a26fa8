"""The file of a draw (抽奖档案), kept for the years the law asks for.

All that was published, entries, winners, deliveries, the seed, and how to recompute the draw.
"""

import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from importlib.resources import files

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.draws import DrawNotEnded, PrizesOpen
from hefu.apps.campaigns.models.draws import Draw, DrawEntry, DrawKind, DrawState, Win
from hefu.apps.campaigns.selectors.draws import (
    archive_file,
    as_file,
    draw_by_id,
    is_revealed,
    published_bytes,
    versions_of,
)
from hefu.core.actor import Actor
from hefu.core.permissions import Permission

_READ_ME = """抽奖档案 / The file of a draw

rules-N.txt       公示的活动规则（第 N 版）/ the published rules, version N
rules-N.json      同上，机器可读 / the same for machines, with hash and commitment
published-N.json  公示名单与种子 / the published list and the seed
entries.csv       参与记录（化名）/ entries, by pseudonym
winners.csv       中奖与兑奖记录（脱敏）/ winners and what they received, masked
verify_draw.py    验证程序 / the verifier

验证 / To verify:  python3 verify_draw.py published-1.json
最后一行为 as published 即与公示一致 / the last line says "as published" where all is right.
"""


def verifier() -> bytes:
    """The verifier script as anybody may download it."""
    return files("hefu.apps.campaigns").joinpath("verify_draw.txt").read_bytes()


@service
def archive_draw(actor: Actor, *, draw: Draw, now: datetime) -> Draw:
    """Write the archive and close the draw's books; kept at least as long as the law asks.

    Raises:
        NotFound: another brand's.
        DrawNotEnded: it is neither drawn nor stopped, or archived already.
        PrizesOpen: prizes still wait to be claimed or delivered.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    draw = draw_by_id(actor, draw.pk)
    waiting = Win.objects.filter(draw=draw, state__in=(Win.State.OFFERED, Win.State.CLAIMED))
    if waiting.exists():
        raise PrizesOpen(open=waiting.count())
    content = archive_bytes(draw)
    won = Draw.objects.filter(
        pk=draw.pk, state__in=(DrawState.DRAWN, DrawState.KILLED)
    ).update(
        state=DrawState.ARCHIVED, archived_at=now, archive_sha256=sha256(content).hexdigest()
    )  # fmt: skip
    draw.refresh_from_db()
    if not won:
        raise DrawNotEnded(state=draw.state)
    path = archive_file(draw)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(path)
    record(
        actor, "campaigns.draw_archived", draw, now=now, slug=draw.slug,
        sha256=draw.archive_sha256,
    )  # fmt: skip
    return draw


@service
def download_archive(actor: Actor, *, draw: Draw, now: datetime) -> bytes:
    """Hand out the archive: the one kept, or what it would be now.

    Raises:
        NotFound: another brand's.
        DrawNotEnded: neither drawn nor stopped.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    draw = draw_by_id(actor, draw.pk)
    path = archive_file(draw)
    content = path.read_bytes() if draw.archive_sha256 and path.exists() else b""
    if sha256(content).hexdigest() != draw.archive_sha256:
        content = archive_bytes(draw)
    record(
        actor, "campaigns.archive_downloaded", draw, now=now, slug=draw.slug,
        sha256=sha256(content).hexdigest(),
    )  # fmt: skip
    return content


def archive_bytes(draw: Draw) -> bytes:
    """Build the archive; the same content gives the same bytes.

    Raises:
        DrawNotEnded: neither drawn nor stopped.
    """
    if not is_revealed(draw) and draw.killed_at is None:
        raise DrawNotEnded(state=draw.state, until=draw.draw_at.isoformat())
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _members(draw):
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content)
    return target.getvalue()


def _members(draw: Draw) -> Iterable[tuple[str, bytes]]:
    yield "README.txt", _READ_ME.encode()
    instant = draw.kind == DrawKind.INSTANT
    for terms in versions_of(draw):
        yield f"rules-{terms.version}.txt", terms.page.encode()
        about = {
            "rules": terms.rules, "page_hash": terms.page_hash, "commitment": terms.commitment,
            "from": terms.from_at.isoformat(), "entries": terms.entries, "head": terms.head,
            "root": draw.root, "killed": draw.kill_reason,
        }  # fmt: skip
        yield f"rules-{terms.version}.json", as_file(about)
        if is_revealed(draw) and (instant or terms.version == draw.version):
            yield f"published-{terms.version}.json", published_bytes(draw, terms.version)
    entries = DrawEntry.objects.filter(draw=draw).order_by("seq").values_list(
        "seq", "name", "at", "person", "device", "code", "got", "hash"
    )  # fmt: skip
    yield (
        "entries.csv",
        _csv(
            ("seq", "name", "at", "person", "device", "code", "got", "hash"),
            ([str(cell) for cell in row] for row in entries.iterator(chunk_size=2000)),
        ),
    )
    yield "winners.csv", _csv(
        ("entry", "prize", "winner", "state", "won_at", "claim_by", "claimed_at", "delivered_at",
         "proof"), (_line(win) for win in _wins(draw)),
    )  # fmt: skip
    yield "verify_draw.py", verifier()


def _wins(draw: Draw) -> Iterable[Win]:
    rows = Win.objects.filter(draw=draw).select_related("entry", "prize")
    return rows.order_by("rank", "won_at", "pk")


def _line(win: Win) -> list[str]:
    times = (win.won_at, win.claim_by, win.claimed_at, win.delivered_at)
    prize = win.prize.name if win.prize else ""
    told = [at.isoformat() if at else "" for at in times]
    return [win.entry.name, prize, win.masked_name, win.state, *told, win.proof]


def _csv(heads: Iterable[str], lines: Iterable[list[str]]) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(heads)
    writer.writerows(lines)
    return target.getvalue().encode("utf-8-sig")
