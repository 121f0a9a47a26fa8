"""Maker's templates: the sample of the source documents, and everything people do to it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hefu.core import codes
from hefu.core.errors import DomainError
from tests.core.codes.brand import SAMPLE, SECRET, maker_template

TEMPLATE = maker_template(sample=SAMPLE)


def test_R109_the_sample_parses_into_its_five_fields():
    parsed = TEMPLATE.parse("PFFN500512122019jd71WVM8")

    assert (parsed.model, parsed.batch, parsed.channel) == ("PFFN5005", "19", "jd")
    assert (parsed.made_on, parsed.seal) == (date(2012, 12, 20), "71WVM8")
    assert (parsed.warnings, parsed.slips) == ((), 0)


@pytest.mark.parametrize("impossible", ["121320", "121232", "120230", "130229", "120020", "121200"])
def test_R110_impossible_dates_are_refused_by_name(impossible):
    with pytest.raises(codes.UnreadableCode) as caught:
        TEMPLATE.parse(f"PFFN5005{impossible}19jd71WVM8")

    assert caught.value.details["field"] == "date"


@pytest.mark.parametrize(
    ("printed", "meant"),
    [("121220", date(2012, 12, 20)), ("000101", date(2000, 1, 1)), ("991231", date(2099, 12, 31))],
)
def test_R110_two_digits_of_a_year_mean_this_century(printed, meant):
    assert TEMPLATE.parse(f"PFFN5005{printed}19jd71WVM8").made_on == meant


def test_R111_a_batch_keeps_its_leading_zero():
    assert TEMPLATE.parse("PFFN500512122001jd71WVM8").batch == "01"


def test_R112_an_unknown_channel_is_a_warning():
    parsed = TEMPLATE.parse("PFFN500512122019zz71WVM8")

    assert (parsed.channel, parsed.warnings) == ("zz", ("unknown_channel",))


@pytest.mark.parametrize(
    "typed",
    [
        "pffn500512122019jd71wvm8",
        "PFFN5005-121220-19-JD-71WVM8",
        " PFFN5005 121220 19 jd 71WVM8 ",
        "ＰＦＦＮ５００５１２１２２０１９ｊｄ７１ＷＶＭ８",
        "PFFN5005I2I22OI9jd7lWVM8",
    ],
)
def test_R113_what_people_type_is_understood(typed):
    parsed = TEMPLATE.parse(typed)

    assert parsed.context == TEMPLATE.parse(SAMPLE).context
    assert parsed.seal == "71WVM8"


def issue(template, serial, **fields):
    """A code as the shell issues it: the key depends on all that stands in clear."""
    context = template.parse(template.compose(seal="0" * template.seal.chars, **fields)).context
    seal = codes.split_seal(template.seal.bits, 10_000)
    sealer = codes.Sealer(codes.derive_key(SECRET, key_id="a", batch=context), seal)
    part = template.seal
    text = part.alphabet.encode(sealer.seal_serial(serial), part.chars)
    return template.compose(seal=text, **fields), sealer, context


FIELDS = {"model": "PFFN5005", "made_on": date(2012, 12, 20), "batch": "19", "channel": "jd"}


def opener(context, sealer, template):
    """What the shell does with a reading: find the batch, open the seal."""

    def opens(parsed):
        value = template.seal.alphabet.decode(parsed.seal)
        return sealer.unseal(value) if parsed.context == context else None

    return opens


def test_R108_a_change_anywhere_makes_the_code_false():
    text, sealer, context = issue(TEMPLATE, 4711, **FIELDS)
    opens = opener(context, sealer, TEMPLATE)
    assert TEMPLATE.read(text, opens)[1] == 4711

    for place in range(24):
        for char in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
            typed = text[:place] + char + text[place + 1 :]
            if codes.normalise(typed) == codes.normalise(text):
                continue
            try:
                _, serial = TEMPLATE.read(typed, opens)
            except codes.UnreadableCode:
                continue
            same = typed.translate(str.maketrans("OIL", "011")).upper()
            assert serial is None or same == text.upper()


def test_R113_of_two_readings_the_one_whose_seal_opens_is_taken():
    template = maker_template(seal=codes.SealSegment(alphabet=codes.BASE36))
    serial = next(
        number
        for number in range(10_000)
        if "O" in issue(template, number, **FIELDS)[0][18:] and number
    )
    text, sealer, context = issue(template, serial, **FIELDS)
    typed = text[:18] + text[18:].replace("O", "0")

    parsed, opened = template.read(typed, opener(context, sealer, template))

    assert (opened, parsed.slips) == (serial, text[18:].count("O"))
    assert parsed.seal == text[18:]
    assert template.read(typed, lambda _: None) == (template.parse(typed), None)


def test_confusable_readings_are_bounded_and_nearest_first():
    template = maker_template(seal=codes.SealSegment(alphabet=codes.BASE36))

    readings = template.readings("OOOOOOOO121220" + "19jd" + "I0I0I0")

    assert len(readings) == 64
    assert readings[0].seal == "I0I0I0"
    assert [reading.slips for reading in readings] == sorted(r.slips for r in readings)


def test_R107_a_second_brand_may_order_its_segments_otherwise():
    template = codes.Template(
        segments=(
            codes.ChannelSegment(width=1, names={"j": "京东"}),
            codes.SealSegment(chars=8),
            codes.LiteralSegment(text="/"),
            codes.DateSegment(formats=("YYYYMD",)),
            codes.LiteralSegment(text="-"),
            codes.ModelSegment(models=("PN587", "PN-5870")),
        )
    )

    text = template.compose(
        seal="ABCD1234", channel="J", made_on=date(2026, 11, 22), model="PN-5870"
    )

    assert text == "jABCD1234/2026BN-PN-5870"
    parsed = template.parse(text)
    assert (parsed.model, parsed.made_on) == ("PN-5870", date(2026, 11, 22))
    assert template.parse("jabcd1234/2026bn pn587").model == "PN587"


def test_a_listed_model_is_recognised_with_slips_and_exactly_where_it_is_listed_so():
    one = maker_template(model=codes.ModelSegment(models=("PFFN5005", "PFFN600")))
    both = maker_template(model=codes.ModelSegment(models=("PO1", "P01")))

    assert one.parse("PFFN5OO512122019jd71WVM8").model == "PFFN5005"
    assert [r.model for r in both.readings("PO112122019jd71WVM8")] == ["PO1", "P01"]
    assert [r.model for r in both.readings("P0112122019jd71WVM8")] == ["P01", "PO1"]
    with pytest.raises(codes.UnreadableCode):
        one.parse("PFFN700712122019jd71WVM8")


days = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))
FORMATS = ["YYMMDD", "YYYYMMDD", "DDMMYY", "MMDDYYYY", "YYMD", "DMYY", "YYYYMMD"]


@given(days, st.sampled_from(FORMATS))
def test_every_day_is_printed_and_read(day, pattern):
    template = maker_template(date=codes.DateSegment(formats=(pattern,)))

    text = template.compose(seal="71WVM8", **FIELDS | {"made_on": day})

    assert template.parse(text).made_on == day


@given(st.text(max_size=30) | st.text("PFN0O1IL259jd71WVM8- ", min_size=22, max_size=27))
def test_reading_never_fails_in_an_unexpected_way(text):
    try:
        readings = TEMPLATE.readings(text)
    except codes.UnreadableCode:
        return
    assert 1 <= len(readings) <= 64


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"date": codes.SealSegment()}, "seal"),
        ({"seal": codes.LiteralSegment(text="X")}, "seal"),
        ({"date": codes.BatchSegment()}, "batch"),
        ({"sample": "PFFN500512132019jd71WVM8"}, "sample"),
    ],
)
def test_a_template_that_cannot_work_is_refused(changes, field):
    with pytest.raises(codes.BadTemplate) as caught:
        maker_template(**changes)

    assert caught.value.details["field"] == field


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (codes.ModelSegment, "model"),
        (lambda: codes.ModelSegment(width=8, models=("A",)), "model"),
        (lambda: codes.ModelSegment(width=0), "model"),
        (lambda: codes.ModelSegment(models=("ab", "AB")), "model"),
        (lambda: codes.ModelSegment(models=("A|B",)), "model"),
        (lambda: codes.DateSegment(formats=()), "date"),
        (lambda: codes.DateSegment(formats=("YYMM",)), "date"),
        (lambda: codes.DateSegment(formats=("YY-MM-DD",)), "date"),
        (lambda: codes.DateSegment(formats=("YYMMDD", "YYMMDD")), "date"),
        (lambda: codes.BatchSegment(widths=()), "batch"),
        (lambda: codes.BatchSegment(widths=(2, 2)), "batch"),
        (lambda: codes.BatchSegment(widths=(-1,)), "batch"),
        (lambda: codes.BatchSegment(widths=tuple(range(9))), "batch"),
        (lambda: codes.ChannelSegment(names={"JD": "京东"}), "channel"),
        (lambda: codes.ChannelSegment(names={"jdx": "京东"}), "channel"),
        (lambda: codes.LiteralSegment(text=""), "literal"),
        (lambda: codes.LiteralSegment(text="批"), "literal"),
        (lambda: codes.SealSegment(chars=0), "seal"),
    ],
)
def test_impossible_segments_are_refused(make, field):
    with pytest.raises(codes.BadTemplate) as caught:
        make()

    assert caught.value.details["field"] == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"model": "PFFN50"}, "model"),
        ({"model": None}, "model"),
        ({"made_on": None}, "date"),
        ({"made_on": date(1999, 12, 31)}, "date"),
        ({"batch": "1"}, "batch"),
        ({"batch": "A1"}, "batch"),
        ({"batch": None}, "batch"),
        ({"channel": "zz"}, "channel"),
        ({"channel": None}, "channel"),
        ({"seal": "71WVM"}, "seal"),
        ({"seal": "71WVMU"}, "seal"),
    ],
)
def test_codes_that_do_not_fit_are_not_printed(change, field):
    with pytest.raises(DomainError) as caught:
        TEMPLATE.compose(**FIELDS | {"seal": "71WVM8"} | change)

    assert caught.value.details["field"] == field


def test_many_codes_are_printed_as_single_ones_are():
    _, sealer, _ = issue(TEMPLATE, 0, **FIELDS)
    sheet = codes.TemplateSheet(TEMPLATE, sealer, pattern="{code},x{code}\r\n", **FIELDS)

    lines = sheet.text(100, 9_000).decode().splitlines()

    assert len(lines) == 8_900
    for serial in (100, 101, 8_291, 8_292, 8_999):
        text, _, _ = issue(TEMPLATE, serial, **FIELDS)
        assert lines[serial - 100] == f"{text},x{text}"
    with pytest.raises(ValueError):
        sheet.text(0, 1 << 15)
    with pytest.raises(codes.BadTemplate):
        codes.TemplateSheet(TEMPLATE, sealer, pattern="x", **FIELDS)
    with pytest.raises(ValueError):
        codes.TemplateSheet(TEMPLATE, codes.Sealer(codes.derive_key(SECRET, key_id="a", batch="b")))


def test_contexts_of_different_batches_differ():
    whole = TEMPLATE.parse(SAMPLE)
    no_batch = codes.Parsed(model="PFFN5005", made_on=date(2012, 12, 20), channel="19")

    assert whole.context == "m:PFFN5005|d:2012-12-20|b:19|c:jd"
    assert no_batch.context == "m:PFFN5005|d:2012-12-20|c:19"
    assert str(whole) == "model PFFN5005, date 2012-12-20, batch 19, channel jd, seal 71WVM8"


ALL_KINDS = codes.Template(
    segments=(
        codes.ModelSegment(models=("PN587", "PN-5870")),
        codes.DateSegment(formats=("YYYYMMDD",)),
        codes.BatchSegment(widths=(3,), alphabet=codes.BASE36),
        codes.LiteralSegment(text="/"),
        codes.ChannelSegment(names={"jd": "京东"}),
        codes.SealSegment(chars=8, alphabet=codes.DIGITS),
    )
)


@pytest.mark.parametrize("template", [TEMPLATE, ALL_KINDS])
def test_templates_survive_storage(template):
    data = codes.template_to_data(template)

    assert codes.template_from_data(data) == template


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "segments"),
        ({"segments": [1]}, "segments"),
        ({"segments": [], "sample": 5}, "segments"),
        ({"segments": [{"kind": "colour"}]}, "kind"),
        ({"segments": [{"kind": ["model"]}]}, "kind"),
        ({"segments": [{"kind": "seal", "chars": "6"}]}, "chars"),
        ({"segments": [{"kind": "seal", "chars": True}]}, "chars"),
        ({"segments": [{"kind": "seal", "size": 6}]}, "size"),
        ({"segments": [{"kind": "seal", "alphabet": "AAB"}]}, "alphabet"),
        ({"segments": [{"kind": "batch", "widths": [2, "3"]}]}, "widths"),
        ({"segments": [{"kind": "channel", "names": {"jd": 5}}]}, "names"),
        ({"segments": [{"kind": "literal"}]}, "literal"),
        ({"segments": [{"kind": "date"}]}, "seal"),
    ],
)
def test_bad_template_data_are_refused_by_name(data, field):
    with pytest.raises(codes.BadTemplate) as caught:
        codes.template_from_data(data)

    assert caught.value.details["field"] == field


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 60)
    | st.sampled_from(["YYMMDD", "jd", "A1", "0123456789", "", "/", "批", "a|b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
KEYS = {
    "model": ("width", "models"),
    "date": ("formats",),
    "batch": ("widths", "alphabet"),
    "channel": ("width", "names"),
    "literal": ("text",),
    "seal": ("chars", "alphabet"),
}
segment_data = st.one_of(
    [
        st.fixed_dictionaries({"kind": st.just(kind)}, optional=dict.fromkeys(keys, json_values))
        for kind, keys in KEYS.items()
    ]
)


@given(
    st.fixed_dictionaries(
        {"segments": st.lists(segment_data, max_size=5) | json_values},
        optional={"sample": json_values},
    )
)
def test_any_data_make_a_template_or_a_refusal(data):
    try:
        template = codes.template_from_data(data)
    except codes.BadTemplate:
        return
    assert codes.template_from_data(codes.template_to_data(template)) == template
