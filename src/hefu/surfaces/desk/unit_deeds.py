"""What can be done to one unit (单品操作) from the page of its code: each deed a small form.

A deed is offered only where it makes sense and only to those who may; the services decide again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.apps.catalog.models import Product
from hefu.apps.identity.models import ExternalSerial, Mark, WarrantyFact
from hefu.apps.identity.selectors.codes import UnitRef, code_text
from hefu.apps.identity.selectors.story import Station, StationKind, Story
from hefu.apps.identity.selectors.units import unit_by_text
from hefu.apps.identity.services import marks, packing
from hefu.apps.identity.services.links import link, unlink
from hefu.apps.identity.services.ownership import return_unit
from hefu.apps.identity.services.warranty import record_fact
from hefu.core.actor import Actor
from hefu.core.codes import ExternalKind, read_external
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.desk.forms_units import (
    Fact,
    LinkedNumber,
    Notice,
    Number,
    Other,
    Others,
    Reason,
    Replacement,
    Sure,
    SureReason,
)
from hefu.surfaces.desk.standing import Standing

Text = str | Promise
Kind = Mark.Kind


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A unit at this moment, and who would do something to it."""

    actor: Actor
    story: Story
    standing: Standing
    now: datetime

    @property
    def unit(self) -> UnitRef:
        """The unit."""
        return self.story.unit

    @property
    def serials(self) -> list[marks.Serials]:
        """The unit as a range of one."""
        return [marks.Serials(batch_id=self.unit.batch_id, first=self.unit.serial)]

    @property
    def numbers(self) -> list[Station]:
        """The numbers of others that lead to it now."""
        linked = StationKind.LINKED
        return [one for one in self.story.stations if one.kind is linked and one.until is None]

    def has(self, kind: Mark.Kind) -> bool:
        """Whether a mark stands on it."""
        return kind.value in self.standing.marks


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One thing that can be done; ``run`` says what it did."""

    name: str
    title: Text
    explained: Text
    icon: str
    needs: Permission
    form: type[forms.Form]
    offered: Callable[[Situation], bool]
    run: Callable[[Situation, dict[str, Any]], str]
    grave: bool = False
    #: the deed that takes it back, as its form would be filled; None where nothing does
    undo: Callable[[Situation, dict[str, Any]], dict[str, str]] | None = None

    @property
    def ident(self) -> str:
        """The id of its form on the page."""
        return f"deed-{self.name}"

    def form_for(self, at: Situation, data: Any = None) -> forms.Form:
        """Its form for this unit, empty or as it was sent."""
        form = self.form(data, auto_id=f"id_{self.name}_%s")
        if isinstance(form, LinkedNumber):
            numbers = form.fields["number"]
            numbers.choices = [  # type: ignore[attr-defined]  # a ChoiceField
                (f"{one.reference}:{one.note}", _number_named(one)) for one in at.numbers
            ]
        return form


def offered_deeds(situation: Situation) -> list[Deed]:
    """What this actor may do to this unit now."""
    return [
        deed for deed in DEEDS
        if situation.actor.may(deed.needs) and not situation.actor.is_partner
        and deed.offered(situation)
    ]  # fmt: skip


def _freeze(at: Situation, said: dict[str, Any]) -> str:
    marks.freeze(at.actor, serials=at.serials, reason=said["reason"], now=at.now)
    return _("The unit is frozen.")


def _unfreeze(at: Situation, _said: dict[str, Any]) -> str:
    marks.unfreeze(at.actor, serials=at.serials, now=at.now)
    return _("The unit is free again.")


def _lost(at: Situation, said: dict[str, Any]) -> str:
    marks.report_lost(at.actor, serials=at.serials, reason=said["reason"], now=at.now)
    return _("The unit is reported lost.")


def _found(at: Situation, _said: dict[str, Any]) -> str:
    marks.report_found(at.actor, serials=at.serials, now=at.now)
    return _("The unit is not lost any more.")


def _recall(at: Situation, said: dict[str, Any]) -> str:
    marks.recall(at.actor, serials=at.serials, notice=said["notice"], now=at.now)
    return _("The unit is recalled: every check says so first.")


def _end_recall(at: Situation, _said: dict[str, Any]) -> str:
    marks.end_recall(at.actor, serials=at.serials, now=at.now)
    return _("The recall of this unit is over.")


def _void(at: Situation, said: dict[str, Any]) -> str:
    marks.void(at.actor, serials=at.serials, reason=said["reason"], now=at.now)
    return _("The code is void.")


def _link(at: Situation, said: dict[str, Any]) -> str:
    kind = ExternalKind(said["kind"])
    made = link(at.actor, unit=at.unit, kind=kind, value=said["value"], now=at.now)
    return _("%(number)s now leads to this unit.") % {"number": made.value}


def _number_named(linked: Station) -> str:
    return f"{ExternalSerial.Kind(linked.reference).label}: {linked.note}"


def _unlink(at: Situation, said: dict[str, Any]) -> str:
    kind, _colon, value = said["number"].partition(":")
    row = at.story.row
    live = row and row.external_serials.filter(kind=kind, value=value, unlinked_at=None).first()
    if not live:
        raise NotFound
    unlink(at.actor, serial=live, now=at.now)
    return _("%(number)s leads nowhere now; it may be linked to another unit.") % {"number": value}


def _undo_link(_at: Situation, said: dict[str, Any]) -> dict[str, str]:
    value = read_external(ExternalKind(said["kind"]), said["value"])
    return {"deed": "unlink", "number": f"{said['kind']}:{value}"}


def _undo_unlink(_at: Situation, said: dict[str, Any]) -> dict[str, str]:
    kind, _colon, value = said["number"].partition(":")
    return {"deed": "link", "kind": kind, "value": value}


def _undo_unpack(at: Situation, _said: dict[str, Any]) -> dict[str, str]:
    package = at.standing.inside
    return {"deed": "pack", "other": code_text(package.batch, package.serial) if package else ""}


def _replace(at: Situation, said: dict[str, Any]) -> str:
    new = unit_by_text(at.actor, said["new"])
    packing.replace_part(at.actor, old=at.unit, new=new, reason=said["reason"], now=at.now)
    return _("The new one lies where this one lay. Both keep their stories.")


def _pack(at: Situation, said: dict[str, Any]) -> str:
    parent = unit_by_text(at.actor, said["other"])
    packing.pack(at.actor, parent=parent, children=[at.unit], now=at.now)
    return _("Packed.")


def _fill(at: Situation, said: dict[str, Any]) -> str:
    lines = [line for line in said["others"].splitlines() if line.strip()]
    children = [unit_by_text(at.actor, line) for line in lines]
    packing.pack(at.actor, parent=at.unit, children=children, now=at.now)
    return _("%(count)s things packed.") % {"count": grouped(len(children))}


def _unpack(at: Situation, _said: dict[str, Any]) -> str:
    packing.unpack(at.actor, children=[at.unit], now=at.now)
    return _("Taken out.")


def _return(at: Situation, _said: dict[str, Any]) -> str:
    taken = return_unit(at.actor, activation_id=at.standing.activation_id or 0, now=at.now)
    return _("Returned: nobody's any more. %(coins)s coins were taken back.") % {
        "coins": grouped(taken)
    }


def _fact(at: Situation, said: dict[str, Any]) -> str:
    record_fact(
        at.actor, unit=at.unit, kind=WarrantyFact.Kind(said["kind"]), on=said["on"],
        evidence=said["evidence"], now=at.now,
    )  # fmt: skip
    return _("Noted; the warranty was reckoned anew.")


_UNITS, _OWNERS = Permission.UNIT_MANAGE, Permission.ACTIVATION_MANAGE

DEEDS: tuple[Deed, ...] = (
    Deed(
        name="return", title=gettext_lazy("Take back a return"), icon="arrow-uturn-left",
        explained=gettext_lazy(
            "The owner gave it back: the unit is nobody's, its coins are taken back, and the "
            "next buyer can activate it."),
        needs=_OWNERS, form=Sure, run=_return, grave=True,
        offered=lambda at: at.standing.activation_id is not None,
    ),
    Deed(
        name="fact", title=gettext_lazy("Add a warranty fact"), icon="shield-check",
        explained=gettext_lazy(
            "Delivered, installed, in repair, replaced: the card is reckoned from such facts. "
            "A later record corrects an earlier one."),
        needs=_OWNERS, form=Fact, run=_fact,
        offered=lambda at: at.unit.batch.kind != Product.Kind.PACKAGING,
    ),
    Deed(
        name="link", title=gettext_lazy("Link a number"), icon="link",
        explained=gettext_lazy(
            "An IMEI or serial number then leads to this unit too. One number belongs to one "
            "unit."),
        needs=_UNITS, form=Number, run=_link, offered=lambda _at: True, undo=_undo_link,
    ),
    Deed(
        name="unlink", title=gettext_lazy("Unlink a number"), icon="link-slash",
        explained=gettext_lazy(
            "Linked by mistake, or the part was changed: the number leads here no more and may "
            "be linked elsewhere. That it was linked stays in the story."),
        needs=_UNITS, form=LinkedNumber, run=_unlink, offered=lambda at: bool(at.numbers),
        undo=_undo_unlink,
    ),
    Deed(
        name="fill", title=gettext_lazy("Pack things into it"), icon="archive-box",
        explained=gettext_lazy("Whoever scans the package then sees what is in it."),
        needs=_UNITS, form=Others, run=_fill,
        offered=lambda at: at.unit.batch.kind == Product.Kind.PACKAGING,
    ),
    Deed(
        name="pack", title=gettext_lazy("Pack it"), icon="archive-box",
        explained=gettext_lazy("Say in which package it lies."),
        needs=_UNITS, form=Other, run=_pack, offered=lambda at: at.standing.inside is None,
        undo=lambda _at, _said: {"deed": "unpack"},
    ),
    Deed(
        name="unpack", title=gettext_lazy("Take it out"), icon="archive-box-x-mark",
        explained=gettext_lazy(
            "It lies in a package; take it out of there. Where it lay stays in the story."),
        needs=_UNITS, form=forms.Form, run=_unpack,
        offered=lambda at: at.standing.inside is not None, undo=_undo_unpack,
    ),
    Deed(
        name="replace", title=gettext_lazy("Replace it by another"), icon="arrow-path",
        explained=gettext_lazy(
            "A part is changed: another of its kind takes its place in what it lies in. Both "
            "keep their stories."),
        needs=_UNITS, form=Replacement, run=_replace,
        offered=lambda at: at.standing.inside is not None,
    ),
    Deed(
        name="freeze", title=gettext_lazy("Freeze"), icon="pause-circle",
        explained=gettext_lazy(
            "While you look into something: checks say that it is on hold, and it cannot be "
            "activated. You can unfreeze it."),
        needs=_UNITS, form=Reason, run=_freeze, offered=lambda at: not at.has(Kind.FROZEN),
        undo=lambda _at, _said: {"deed": "unfreeze"},
    ),
    Deed(
        name="unfreeze", title=gettext_lazy("Unfreeze"), icon="play-circle",
        explained=gettext_lazy("The enquiry is over: checks and activation work as before."),
        needs=_UNITS, form=forms.Form, run=_unfreeze, offered=lambda at: at.has(Kind.FROZEN),
    ),
    Deed(
        name="lost", title=gettext_lazy("Report it lost"), icon="eye-slash",
        explained=gettext_lazy("Lost or stolen: whoever checks it is told to ask you."),
        needs=_UNITS, form=Reason, run=_lost, offered=lambda at: not at.has(Kind.LOST),
        undo=lambda _at, _said: {"deed": "found"},
    ),
    Deed(
        name="found", title=gettext_lazy("It was found"), icon="eye",
        explained=gettext_lazy("It came back: checks and activation work as before."),
        needs=_UNITS, form=forms.Form, run=_found, offered=lambda at: at.has(Kind.LOST),
    ),
    Deed(
        name="recall", title=gettext_lazy("Recall"), icon="hand-raised",
        explained=gettext_lazy(
            "Every check says first that it is recalled and should not be used. For whole "
            "batches, recall the range instead."),
        needs=_UNITS, form=Notice, run=_recall, grave=True,
        offered=lambda at: not at.has(Kind.RECALLED),
    ),
    Deed(
        name="end-recall", title=gettext_lazy("End the recall"), icon="check-circle",
        explained=gettext_lazy("It was put right: checks say again what the records show."),
        needs=_UNITS, form=Sure, run=_end_recall, offered=lambda at: at.has(Kind.RECALLED),
    ),
    Deed(
        name="void", title=gettext_lazy("Void the code"), icon="no-symbol",
        explained=gettext_lazy("For good: spoilt labels, destroyed goods. It cannot be undone."),
        needs=_UNITS, form=SureReason, run=_void, grave=True,
        offered=lambda at: not at.has(Kind.VOID),
    ),
)  # fmt: skip
