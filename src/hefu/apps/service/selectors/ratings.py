"""What those who activated a product think of it (口碑): marks by product, all surveys together."""

from collections import defaultdict

from django.db.models import Count

from hefu.apps.service.models import Ask, Occasion
from hefu.core.actor import Actor
from hefu.core.permissions import Permission
from hefu.core.surveys import tally_of


def marks_by_product(actor: Actor) -> dict[int, tuple[int, int]]:
    """Count the answers after activations by product: how many, and how many of them content.

    Content is what ``core.surveys`` says, on either scale. One query.

    Raises:
        NotAllowed: the role does not see surveys.
    """
    actor.require(Permission.SURVEY_VIEW)
    if actor.is_partner:
        return {}
    rows = Ask.objects.filter(
        brand_id=actor.own_brand(), survey__occasion=Occasion.ACTIVATION, product__isnull=False,
        mark__isnull=False,
    )  # fmt: skip
    counted: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    marks = rows.values_list("product_id", "survey__scale", "mark").annotate(number=Count("pk"))
    for product, scale, mark, number in marks.order_by():
        if product is not None and mark is not None:
            counted[product, scale][mark] = number
    found: dict[int, tuple[int, int]] = {}
    for (product, scale), said in counted.items():
        tally = tally_of(said, scale=scale, asked=0)
        answers, content = found.get(product, (0, 0))
        found[product] = answers + tally.answered, content + tally.contented
    return found
