"""Store tasks as their pages show them (门店任务): figures, each shop's state, its photo."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hefu.apps.campaigns.models import StoreDuty, StorePhoto, StoreTask
from hefu.apps.campaigns.selectors.stores import MISSING, duties_of, photos_of, twins_of
from hefu.surfaces.design.parts import Tab, Tone
from hefu.surfaces.desk.places import place
from hefu.surfaces.desk.shown import day, when

_TONES: Mapping[str, Tone] = {
    StoreDuty.State.OPEN: "neutral", StoreDuty.State.SENT: "info",
    StoreDuty.State.ACCEPTED: "good", StoreDuty.State.REFUSED: "bad",
}  # fmt: skip
STEP = 500


def tasks(rows: Iterable[Any], today: date) -> list[dict[str, Any]]:
    """A campaign's tasks with how many shops stand where; rows as ``tasks_of_campaign`` counts."""
    return [
        {
            "row": row, "due": day(row.due_on), "all": row.all, "accepted": row.accepted_count,
            "sent": row.sent_count, "missing": row.open_count + row.refused_count,
            "late": not row.closed_at and row.due_on < today
            and row.open_count + row.refused_count > 0,
        }
        for row in rows
    ]  # fmt: skip


def filters(task: StoreTask, current: str) -> list[Tab]:
    """The shops of a task by state, with how many are in each."""
    url = reverse("desk:store_task", args=[task.pk])
    parts = [
        ("", _("All")), ("sent", _("To be checked")), ("missing", _("Missing")),
        ("accepted", _("Accepted")),
    ]  # fmt: skip
    return [
        Tab(
            label=name, url=f"{url}?state={key}" if key else url, current=key == current,
            count=duties_of(task, state=key).count(),
        )
        for key, name in parts
    ]  # fmt: skip


def shops(duties: list[StoreDuty], task: StoreTask, today: date) -> list[dict[str, Any]]:
    """Each shop with its newest photo, and what is odd about it."""
    photos = photos_of(duties)
    twins = twins_of(list(photos.values()))
    return [_shop(duty, task, photos.get(duty.pk), twins, today) for duty in duties]


def _shop(
    duty: StoreDuty, task: StoreTask, photo: StorePhoto | None, twins: Any, today: date
) -> dict[str, Any]:
    twin = twins.get(photo.pk) if photo else None
    late = duty.state in MISSING and not task.closed_at and task.due_on < today
    return {
        "duty": duty, "state": duty.get_state_display(), "tone": _TONES[duty.state],
        "late": late, "region": place(duty.organisation.region),
        "reminded": when(duty.reminded_at) if duty.reminded_at else "",
        "photo": said(photo) if photo else None,
        "twin": _("The same picture was sent by %(shop)s for “%(task)s”.")
        % {"shop": twin.shop, "task": twin.task} if twin else "",
    }  # fmt: skip


def said(photo: StorePhoto) -> dict[str, Any]:
    """A photo with its two times."""
    return {
        "row": photo, "url": reverse("desk:store_photo", args=[photo.pk]),
        "came": when(photo.at),
        "taken": when(photo.taken_at) if photo.taken_at else _("not in the picture"),
        "waits": photo.answer == StorePhoto.Answer.WAITING, "answer": photo.get_answer_display(),
    }  # fmt: skip


def duty_tone(duty: StoreDuty) -> Tone:
    """The colour of a shop's state."""
    return _TONES[duty.state]


def lines(task: StoreTask) -> Iterator[list[str]]:
    """Every shop of a task as a line of a file, some hundred at a time."""
    rows = duties_of(task)
    for start in range(0, rows.count(), STEP):
        some = list(rows[start : start + STEP])
        photos = photos_of(some)
        for duty in some:
            photo, shop = photos.get(duty.pk), duty.organisation
            yield [
                shop.code, shop.name, place(shop.region), str(duty.get_state_display()),
                when(photo.taken_at) if photo and photo.taken_at else "",
                when(photo.at) if photo else "", photo.by if photo else "",
                photo.reason if photo else "",
                when(duty.reminded_at) if duty.reminded_at else "",
            ]  # fmt: skip


def heads() -> list[str]:
    """The columns of that file."""
    return [
        _("Partner number"), _("Shop"), _("Province"), _("State"), _("Photo taken"), _("Uploaded"),
        _("By"), _("Reason"), _("Reminded"),
    ]  # fmt: skip
