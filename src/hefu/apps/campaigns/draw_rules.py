"""The public rule page of a draw (活动规则): generated from the terms, so that they cannot differ.

``rules`` is a plain JSON value, ``services.draws.planning.rules_of``. The Chinese text is what
counts: its SHA-256 goes into the commitment. Sections and their order are those the law asks for
(规范促销行为暂行规定 §13): prizes, conditions, how and when, claiming, delivery, forfeiture, who.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.campaigns.models.draws import Draw, DrawKind, DrawPrize, EntryBy

Rules = Mapping[str, Any]

_HOW = {
    EntryBy.ACTIVATION: gettext_lazy(
        "Activate a product during the draw and open this page: each activated product brings "
        "one chance. Nothing has to be paid for a chance."
    ),
    EntryBy.SCAN: gettext_lazy(
        "Enter the code of a product on this page during the draw. Nothing has to be paid for a "
        "chance."
    ),
    EntryBy.MEMBER: gettext_lazy(
        "Sign in and take part on this page during the draw. It is free and nothing has to be "
        "bought."
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A heading of the rule page and its paragraphs."""

    title: str
    lines: tuple[str, ...]


def sections(rules: Rules) -> tuple[Section, ...]:
    """Return the rule page in the language that is active."""
    return (
        Section(title=_("Prizes"), lines=tuple(_prizes(rules))),
        Section(title=_("Who may take part"), lines=tuple(_who(rules))),
        Section(title=_("How to take part"), lines=tuple(_how(rules))),
        Section(title=_("When and how the draw is made"), lines=tuple(_draw(rules))),
        Section(title=_("Claiming a prize"), lines=tuple(_claim(rules))),
        Section(title=_("Delivery"), lines=(rules["delivery"],)),
        Section(title=_("Prizes that nobody claims"), lines=(_forfeiture(rules),)),
        Section(title=_("Tax"), lines=(_tax(rules),)),
        Section(
            title=_("Organiser"),
            lines=(rules["organiser"], _("Contact: %(contact)s") % {"contact": rules["contact"]}),
        ),
    )


def page_text(rules: Rules) -> str:
    """Return the Chinese page as plain text: what is hashed and kept."""
    with translation.override("zh-hans"):
        parts = [rules["title"]]
        parts += [f"{part.title}\n" + "\n".join(part.lines) for part in sections(rules)]
    return "\n\n".join(parts) + "\n"


def yuan(fen: int) -> str:
    """Write an amount in yuan."""
    return _("%(amount)s yuan") % {"amount": f"{fen // 100:,}.{fen % 100:02d}"}


def odds(rules: Rules, prize: Mapping[str, Any]) -> str:
    """Write the chance of a prize per entry, exactly and as a share."""
    total = rules["blank_weight"] + sum(one["weight"] for one in rules["prizes"])
    share = f"{prize['weight'] * 100 / total:.4f}".rstrip("0").rstrip(".")
    return _("%(weight)s in %(total)s (%(share)s%%)") % {
        "weight": f"{prize['weight']:,}", "total": f"{total:,}", "share": share,
    }  # fmt: skip


def moment(text: str) -> str:
    """Write an instant of the rules in the house's zone, to the minute or the second."""
    at = timezone.localtime(datetime.fromisoformat(text))
    return f"{at:%Y-%m-%d %H:%M:%S}" if at.second else f"{at:%Y-%m-%d %H:%M}"


def _prizes(rules: Rules) -> list[str]:
    lines = []
    for prize in rules["prizes"]:
        told = _("%(rank)s. %(name)s (%(kind)s), worth %(value)s each, %(quantity)s pieces") % {
            "rank": prize["rank"], "name": prize["name"], "value": yuan(prize["value_fen"]),
            "kind": DrawPrize.Kind(prize["kind"]).label, "quantity": f"{prize['quantity']:,}",
        }  # fmt: skip
        if rules["kind"] == DrawKind.INSTANT:
            told += _("; chance of one entry: %(odds)s") % {"odds": odds(rules, prize)}
        lines.append(told)
        lines += [prize["terms"]] if prize["terms"] else []
    return lines


def _who(rules: Rules) -> list[str]:
    return [
        rules["conditions"],
        _("You must be 18 or older."),
        _("Employees of the organiser and their families do not take part."),
    ]


def _how(rules: Rules) -> list[str]:
    lines = [
        _("From %(start)s until %(end)s.")
        % {"start": moment(rules["starts"]), "end": moment(rules["ends"])},
        str(_HOW[EntryBy(rules["entry_by"])]),
    ]
    if rules["products"]:
        lines.append(_("Products: %(names)s") % {"names": _(", ").join(rules["products"])})
    if rules["cap_code"] and rules["entry_by"] != EntryBy.MEMBER:
        lines.append(_("Chances per code: %(count)s.") % {"count": rules["cap_code"]})
    lines.append(_("Chances per person: %(count)s.") % {"count": rules["cap_person"]})
    if rules["cap_device"]:
        lines.append(_("Chances per device: %(count)s.") % {"count": rules["cap_device"]})
    return lines


def _draw(rules: Rules) -> list[str]:
    if rules["kind"] == DrawKind.INSTANT:
        later = (
            _("If no piece of that prize is free, the entry gets the next lower prize that is.")
            if rules["fallback"] == Draw.Fallback.NEXT
            else _("If no piece of that prize is free, the entry gets nothing.")
        )
        return [
            _("Every entry is decided at once, by a number that nobody can choose."),
            _("The pieces of a prize become free one after the other, spread over the whole time."),
            later,
        ]
    lines = [
        _("The draw is made at %(at)s among all entries, one after the other for each piece; an "
          "entry wins once.") % {"at": moment(rules["draw_at"])},
    ]  # fmt: skip
    if rules["outside_source"]:
        lines.append(
            _("Besides our secret number, this value decides: %(source)s.")
            % {"source": rules["outside_source"]}
        )
    return lines


def _claim(rules: Rules) -> list[str]:
    return [
        rules["redemption"],
        _("Claim within %(count)s days of winning.") % {"count": rules["claim_days"]},
    ]


def _forfeiture(rules: Rules) -> str:
    if rules["forfeiture"] == Draw.Forfeiture.SUBSTITUTE:
        return _(
            "A prize that nobody claims goes to the next of %(count)s substitutes, who are drawn "
            "together with the winners."
        ) % {"count": rules["substitutes"]}
    return _("A prize that nobody claims in time lapses and is not given again.")


def _tax(rules: Rules) -> str:
    if rules["tax_by"] == Draw.TaxBy.ORGANISER:
        return _("Where a prize is subject to income tax (20%), the organiser pays it.")
    return _(
        "Where a prize is subject to income tax (20%), the winner bears it and the organiser "
        "withholds it; only then are particulars for the tax office asked for."
    )
