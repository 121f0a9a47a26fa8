"""What the template's designer is told."""

import pytest

from hefu.core import codes
from tests.core.codes.brand import SAMPLE, maker_template

WHERE = {"host": "h.example", "gtin": "6901234567892"}


def test_the_sample_template_at_ten_thousand_units():
    report = codes.design(maker_template(sample=SAMPLE), quantity=10_000, **WHERE)

    assert (report.sample, report.length, report.fits_ai_21) == (SAMPLE, 24, False)
    assert report.seal == codes.Seal(body_bits=14, tag_bits=16)
    assert report.guesses == report.worst_guesses == 32**6 / 10_000
    assert (report.qr_version, report.qr_modules) == (5, 37)  # 63 bytes: 5-M holds 84, 4-M 62
    assert report.warnings == ("long", "lower_case", "channel_in_clear")


def test_O17_a_template_without_channel_in_upper_case_needs_no_warning():
    template = codes.Template(segments=(codes.BatchSegment(), codes.SealSegment(chars=12)))

    report = codes.design(template, quantity=1_000_000, **WHERE)

    assert (report.length, report.fits_ai_21, report.warnings) == (14, True, ())
    assert template.parse(report.sample).batch == "01"


def test_confusable_alphabets_cost_odds():
    template = maker_template(seal=codes.SealSegment(alphabet=codes.BASE36))

    report = codes.design(template, quantity=10_000, **WHERE)

    assert report.guesses == 36**6 / 10_000
    assert report.worst_guesses == report.guesses / 64
    assert "guessable" in report.warnings


@pytest.mark.parametrize(
    "model", [codes.ModelSegment(width=5), codes.ModelSegment(models=("A", "BCD"))]
)
def test_a_sample_is_made_where_none_is_given(model):
    template = maker_template(model=model, channel=codes.ChannelSegment(width=3))

    report = codes.design(template, quantity=10, **WHERE)

    assert template.parse(report.sample).batch == "01"


def test_a_seal_too_short_for_the_batch_is_refused():
    template = maker_template(seal=codes.SealSegment(chars=3))

    with pytest.raises(codes.SealTooShort):
        codes.design(template, quantity=20_000, **WHERE)
