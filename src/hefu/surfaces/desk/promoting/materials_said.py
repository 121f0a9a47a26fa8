"""Materials in words (物料用语): kinds, platforms, places, and what is wrong with the remedy."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hefu.core.materials import (
    FORMATS,
    Fault,
    Finding,
    Format,
    Kind,
    Platform,
    Unit,
    Venue,
    remedy_height,
)
from hefu.surfaces.design.parts import Tone
from hefu.surfaces.desk.shown import size

KINDS: Mapping[str, Promise] = {
    Kind.POSTER: gettext_lazy("poster"),
    Kind.LEAFLET: gettext_lazy("leaflet"),
    Kind.ROLL_UP: gettext_lazy("roll-up"),
    Kind.SHORT_VIDEO: gettext_lazy("short video"),
    Kind.MOVING_POSTER: gettext_lazy("moving poster"),
    Kind.ARTICLE: gettext_lazy("text with pictures"),
}
PLATFORMS: Mapping[str, Promise] = {
    Platform.PRINT: pgettext_lazy("platform", "Print"),
    Platform.PHONE: gettext_lazy("Phones"),
    Platform.WECHAT: gettext_lazy("WeChat"),
    Platform.DOUYIN: gettext_lazy("Douyin"),
    Platform.KUAISHOU: gettext_lazy("Kuaishou"),
    Platform.XIAOHONGSHU: gettext_lazy("Xiaohongshu"),
    Platform.WEIBO: gettext_lazy("Weibo"),
    Platform.WEBSITE: gettext_lazy("Web site"),
    Platform.SHOP_SCREEN: gettext_lazy("Screens in shops"),
}
VENUES: Mapping[str, Promise] = {
    Venue.SHOP: gettext_lazy("shop"),
    Venue.MALL: gettext_lazy("shopping centre"),
    Venue.COMMUNITY: gettext_lazy("housing estate"),
    Venue.OFFICE: gettext_lazy("office building"),
    Venue.TRANSPORT: gettext_lazy("station"),
    Venue.OUTDOOR: gettext_lazy("street, outdoor"),
    Venue.UNIVERSITY: gettext_lazy("university"),
    Venue.OTHER: pgettext_lazy("place", "other"),
    Venue.PRIMARY_SCHOOL: gettext_lazy("primary school"),
    Venue.MIDDLE_SCHOOL: gettext_lazy("middle school"),
    Venue.KINDERGARTEN: gettext_lazy("kindergarten"),
    Venue.SCHOOL_BUS: gettext_lazy("school bus"),
}
#: What a poster may miss, and what may have changed on it.
FACTS: Mapping[str, Promise] = {
    "theme": gettext_lazy("the theme"),
    "dates": gettext_lazy("the days"),
    "how": gettext_lazy("how to take part"),
    "first_on": gettext_lazy("the day it begins"),
    "last_on": gettext_lazy("the day it ends"),
    "link": gettext_lazy("where the QR leads"),
    "title": gettext_lazy("the campaign's title"),
    "brand": gettext_lazy("the brand"),
    "organiser": gettext_lazy("the organiser"),
    "contact": gettext_lazy("the contact"),
    "colour": gettext_lazy("the colour"),
}


def format_name(format: Format) -> str:  # noqa: A002
    """A size as people choose it: kind and sides."""
    return f"{KINDS[format.kind]} {format.width} × {format.height} {format.unit.value}"


def format_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every size under its platform."""
    return [
        (
            str(name),
            [(one.key, format_name(one)) for one in FORMATS.values() if one.platform == platform],
        )
        for platform, name in PLATFORMS.items()
    ]


def facts_said(names: list[str]) -> str:
    """A list of what is missing or was changed."""
    return _(", ").join(str(FACTS.get(name, name)) for name in names)


def finding_said(finding: Finding, format: Format) -> tuple[str, Tone]:  # noqa: A002
    """Say what is wrong, with both figures, and what helps; and how bad it is."""
    wanted, found = finding.wanted, finding.found
    sides = {
        "wanted": _sides(wanted), "found": _sides(found),
        "unit": format.unit.value,
        "width": found[0] if found else 0,
        "height": remedy_height(format, found[0]) if found else 0,
    }  # fmt: skip
    if finding.fault is Fault.RATIO:
        if format.unit is Unit.MM:
            text = _(
                "Its shape is %(found)s, wanted is that of %(wanted)s mm. Set it anew in that "
                "shape; it would be cut or get margins."
            )
        else:
            text = _(
                "Its shape is %(found)s, wanted is that of %(wanted)s. Cut it to "
                "%(width)s × %(height)s, or draw it anew: the platform would crop it."
            )
        return text % sides, "bad"
    if finding.fault is Fault.TOO_SMALL:
        text = _(
            "It has %(found)s pixels, wanted are %(wanted)s: it would blur. Send a larger one."
        )
        return text % sides, "notice"
    return _plain(finding)


def _plain(finding: Finding) -> tuple[str, Tone]:
    wanted, found = (*finding.wanted, 0)[0], (*finding.found, 0)[0]
    said: dict[Fault, tuple[str, Tone]] = {
        Fault.COARSE: (
            _("Printed it would have %(found)s dots an inch, wanted are %(wanted)s. Send a PDF.")
            % {"found": found, "wanted": wanted}, "notice",
        ),
        Fault.TOO_HEAVY: (
            _("It has %(found)s, at most %(wanted)s are taken there. Make it smaller.")
            % {"found": size(found), "wanted": size(wanted)}, "bad",
        ),
        Fault.NOT_A_FILM: (_("Wanted is a film (MP4)."), "bad"),
        Fault.NOT_A_PICTURE: (_("Wanted is a picture or a PDF, not a film."), "bad"),
        Fault.EXPIRED: (
            _("The rights are over: make the licence longer, or take it down."), "bad",
        ),
        Fault.NO_LICENCE: (_("Nothing says what it may be used for: enter the licence."), "notice"),
        Fault.UNLABELLED: (
            _("It does not say that it is advertising (广告): on the internet it has to (L15)."),
            "notice",
        ),
    }  # fmt: skip
    return said[finding.fault]


def _sides(sides: tuple[int, ...]) -> str:
    return " × ".join(str(side) for side in sides)
