"""The public rules of a promotion (活动规则): what was agreed to, word for word, with its hash."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from hefu.apps.accounts.selectors import brands_for
from hefu.apps.campaigns.selectors.promotions import public_rules
from hefu.core.actor import system
from hefu.core.errors import NotFound
from hefu.surfaces.consumer.site import SURFACE, Visit, page


@require_safe
@page
def rules(visit: Visit, code: str, brand: str = "") -> HttpResponse:
    """Show the rules in the reader's language; without a brand, of the brand this host knows."""
    if brand:
        owner = brands_for(system(SURFACE)).filter(slug=brand).first()
        if owner is None:
            raise NotFound
        visit.turn_to(owner.pk)
    visit.own_brand()
    found = public_rules(visit.actor, code, language=visit.language)
    title, *sections = found.text.split("\n\n")
    return visit.page(
        "promotion", rules=found, title=title,
        sections=[(lines[0], lines[1:]) for lines in (one.split("\n") for one in sections)],
    )  # fmt: skip
