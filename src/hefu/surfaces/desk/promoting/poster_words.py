"""A poster's fixed words (海报用语), in the language that its theme is written in."""

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hefu.apps.campaigns.models import Poster
from hefu.core.materials import PosterFacts, read_facts
from hefu.surfaces.desk.shown import day
from hefu.symbols.posters import PosterWords


def poster_words(poster: Poster) -> PosterWords:
    """What stands on a version of a poster."""
    facts = read_facts(poster.facts)
    with translation.override("zh-hans" if _chinese(facts) else "en"):
        days = (facts.last_on - facts.first_on).days + 1 if facts.first_on and facts.last_on else 0
        organiser = _("Organiser: %(name)s") % {"name": facts.organiser}
        return PosterWords(
            kicker=" · ".join(dict.fromkeys((facts.brand, facts.title))),
            theme=facts.theme, dates=f"{day(facts.first_on)} – {day(facts.last_on)}",
            days=ngettext("%(n)s day", "%(n)s days", days) % {"n": days},
            how_title=_("How to take part"), steps=facts.how, link=facts.link,
            scan=_("Scan for the rules"), foot=f"{organiser}  {facts.contact}".strip(),
            mark=_("Advertisement"),
            version=_("Version %(n)s · %(hash)s")
            % {"n": poster.number, "hash": poster.content_hash[:8]},
            colour=facts.colour,
        )  # fmt: skip


def _chinese(facts: PosterFacts) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in facts.theme)
