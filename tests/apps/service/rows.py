"""A brand that asks whether people are content."""

from hefu.apps.service.models import Survey
from hefu.apps.service.services.surveys import open_survey
from tests.factories import NOW, operator

TEXTS = {
    "zh-hans": {
        "question": "激活过程顺利吗？", "low": "很不顺利", "high": "很顺利", "word": "还想说什么？",
    },
    "en": {
        "question": "How easy was it to activate?", "low": "hard", "high": "easy",
        "word": "Anything else?",
    },
}  # fmt: skip


def a_survey(brand, **about) -> Survey:
    values = {"occasion": "activation", "scale": 5, "rest_days": 90, "texts": TEXTS, "now": NOW}
    return open_survey(operator(brand), **{**values, **about})
