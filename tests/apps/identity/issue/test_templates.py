"""A maker's own code: saved only with one reading, versioned, printed and read back."""

import pytest

from hefu.apps.identity.errors.issue import CodesWouldRepeat
from hefu.apps.identity.models import CodeTemplate
from hefu.apps.identity.selectors.keys import sealer_of
from hefu.apps.identity.selectors.templates import (
    template_by_id,
    template_design,
    template_of,
    templates_for,
)
from hefu.apps.identity.services import templates
from hefu.core.codes import AmbiguousTemplate, BadTemplate
from hefu.core.errors import Invalid, NotFound
from tests.apps.identity.issue.rows import House, a_channel
from tests.factories import NOW

SAMPLE = "PFFN500512122019jd71WVM8"
SEGMENTS = [
    {"kind": "model", "width": 8},
    {"kind": "date", "formats": ["YYMMDD"]},
    {"kind": "batch", "widths": [2]},
    {"kind": "channel", "width": 2, "names": {"jd": "京东"}},
    {"kind": "seal", "chars": 6},
]
MAKER = {"segments": SEGMENTS, "sample": SAMPLE}

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db):
    return House()


def save(house, data=MAKER, name="maker"):
    return templates.save_template(house.specialist, name=name, data=data, now=NOW)


def test_R109_the_stored_template_reads_the_printed_sample(house):
    parsed = template_of(save(house)).parse(SAMPLE)

    assert (parsed.model, str(parsed.made_on), parsed.batch, parsed.channel, parsed.seal) == (
        "PFFN5005", "2012-12-20", "19", "jd", "71WVM8",
    )  # fmt: skip


def test_R107_a_change_is_a_new_version_and_the_same_is_the_same(house):
    first = save(house)

    assert save(house).pk == first.pk
    second = save(house, {"segments": [*SEGMENTS[:-1], {"kind": "seal", "chars": 8}]})

    assert (first.version, second.version, first.length, second.length) == (1, 2, 24, 26)
    assert list(templates_for(house.specialist)) == [second, first]


def test_R107_two_readings_are_refused_and_both_are_shown(house):
    two = [
        {"kind": "model", "width": 8},
        {"kind": "date", "formats": ["YYMMDD", "MMDDYYYY"]},
        {"kind": "batch", "widths": [0, 2]},
        {"kind": "channel", "width": 2},
        {"kind": "seal", "chars": 6},
    ]

    with pytest.raises(AmbiguousTemplate) as caught:
        save(house, {"segments": two, "sample": SAMPLE})

    assert caught.value.details["text"] == SAMPLE.upper()
    assert "2012-12-20" in caught.value.details["first"] + caught.value.details["second"]
    assert "2019-12-12" in caught.value.details["first"] + caught.value.details["second"]
    assert not CodeTemplate.objects.exists()


@pytest.mark.parametrize(
    "segments",
    [
        [],
        [{"kind": "seal", "chars": 6}, {"kind": "poem"}],
        [{"kind": "literal", "text": "=1+"}, {"kind": "seal", "chars": 6}],
        [{"kind": "literal", "text": "-A"}, {"kind": "seal", "chars": 6}],
    ],
)
def test_a_template_that_cannot_work_is_refused(house, segments):
    with pytest.raises(BadTemplate):
        save(house, {"segments": segments})
    with pytest.raises(Invalid):
        save(house, name="")


def test_the_designer_sees_odds_length_symbol_and_sample(house):
    report = template_design(house.specialist, data=MAKER, quantity=10_000)

    assert (report.length, report.fits_ai_21, report.sample) == (24, False, SAMPLE)
    assert report.seal.bits == 30
    assert report.guesses == pytest.approx(32**6 / 20_000)  # room for as many again


def test_R108_a_batch_of_a_template_seals_under_all_its_fields(house):
    order = house.issued(
        template=save(house), channel=a_channel(house.brand), batch="19", quantity=3
    )
    batch = order.batch

    template = template_of(batch.template)
    sealer = sealer_of(batch)
    seal = template.seal.alphabet.encode(sealer.seal_serial(2), 6)
    parsed = template.parse(f"PFFN500512122019jd{seal}")
    assert parsed.context == batch.context
    assert sealer.unseal(template.seal.alphabet.decode(parsed.seal)) == 2


def test_a_template_that_does_not_tell_batches_apart_is_refused(house):
    plain = save(house, {"segments": [{"kind": "model", "width": 8}, {"kind": "seal", "chars": 9}]})
    house.order(template=plain, batch="01")

    with pytest.raises(CodesWouldRepeat):
        house.order(template=plain, batch="02")


def test_what_the_template_cannot_print_is_refused(house):
    row = save(house)
    with pytest.raises(BadTemplate) as caught:
        house.order(template=row, batch="019", channel=a_channel(house.brand))
    assert caught.value.details["field"] == "batch"
    with pytest.raises(BadTemplate):
        house.order(template=row, batch="19")  # no channel yet, but the code prints one


def test_a_retired_template_opens_no_batch(house):
    row = templates.retire_template(house.specialist, template=save(house), now=NOW)

    with pytest.raises(Invalid):
        house.order(template=row, batch="19", channel=a_channel(house.brand))


def test_another_brand_sees_no_template(house):
    row, stranger = save(house), House()

    with pytest.raises(NotFound):
        template_by_id(stranger.admin, row.pk)
    with pytest.raises(NotFound):
        stranger.order(template=row)
    with pytest.raises(NotFound):
        templates.retire_template(stranger.admin, template=row, now=NOW)
    assert not templates_for(house.supplier).exists()
