"""Consents: one purpose at a time, by text version, as easily withdrawn as given (law L34)."""

from datetime import timedelta

import pytest

from hefu.apps.members import services
from hefu.apps.members.errors import TextChanged
from hefu.apps.members.models import Consent, ConsentText
from hefu.apps.members.purposes import TEXTS, Purpose
from hefu.apps.members.selectors import COOL_DOWN, consents_for, has_consent
from hefu.core.errors import NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.members.conftest import a_member, signed_in
from tests.factories import NOW, an_actor, operator

CLAIM = Purpose.MARKETING


@pytest.fixture
def member(brand, guest):
    services.publish_consent_texts(operator(brand), now=NOW)
    return signed_in(a_member(guest))


def answer(member, *, given, version=1, now=NOW):
    services.answer_consent(
        member, purpose=CLAIM, given=given, version=version, language="zh-hans", now=now
    )


def state(actor, *, now=NOW, language="zh-hans", purpose=CLAIM):
    return {row.purpose: row for row in consents_for(actor, language=language, now=now)}[purpose]


def allowed(member, purpose=CLAIM):
    return has_consent(brand_id=member.brand_id, member_id=member.member_id, purpose=purpose)


def new_wording(brand, text="全新文案", now=NOW):
    return services.publish_consent_texts(
        operator(brand), texts={CLAIM: {"zh-hans": text, "en": "new wording"}}, now=now
    )


def test_every_purpose_has_a_text_in_both_languages():
    assert set(TEXTS) == set(Purpose)
    assert all(set(texts) == {"zh-hans", "en"} for texts in TEXTS.values())


def test_publishing_the_same_words_twice_changes_nothing(brand, member):
    assert services.publish_consent_texts(operator(brand), now=NOW) == 0
    assert set(ConsentText.objects.values_list("version", flat=True)) == {1}
    assert brand.name in state(member).text


def test_only_the_brand_admin_publishes(brand):
    with pytest.raises(NotAllowed):
        services.publish_consent_texts(an_actor(brand, Role.SERVICE_AGENT), now=NOW)


def test_nothing_is_agreed_until_somebody_says_yes(member):
    assert all(
        not row.given and row.may_ask and row.answered_at is None
        for row in consents_for(member, language="en", now=NOW)
    )
    assert not any(allowed(member, purpose) for purpose in Purpose)


def test_a_yes_to_one_purpose_is_no_yes_to_another(member):
    answer(member, given=True)

    assert allowed(member)
    assert not any(allowed(member, purpose) for purpose in Purpose if purpose is not CLAIM)


def test_a_yes_is_withdrawn_in_one_step_and_both_facts_stay(member):
    answer(member, given=True)
    services.withdraw(member, purpose=CLAIM, now=NOW + timedelta(days=1))

    assert not allowed(member)
    assert list(Consent.objects.order_by("pk").values_list("given", "version")) == [
        (True, 1), (False, 1),
    ]  # fmt: skip


def test_withdrawing_what_was_never_given_writes_nothing(member):
    services.withdraw(member, purpose=CLAIM, now=NOW)

    assert not Consent.objects.exists()


def test_a_no_is_not_asked_again_before_the_cool_down_even_for_new_words(brand, member):
    answer(member, given=False)
    new_wording(brand)

    assert not state(member, now=NOW + COOL_DOWN - timedelta(seconds=1)).may_ask
    assert state(member, now=NOW + COOL_DOWN).may_ask


def test_new_words_need_a_new_yes_and_may_ask_for_it_at_once(brand, member):
    answer(member, given=True)
    new_wording(brand)

    assert not allowed(member)
    assert (state(member).given, state(member).may_ask, state(member).version) == (False, True, 2)
    answer(member, given=True, version=2)
    assert allowed(member)


@pytest.mark.parametrize("version", [1, 3])
def test_an_answer_to_other_words_is_not_an_answer(brand, member, version):
    new_wording(brand)

    with pytest.raises(TextChanged):
        answer(member, given=True, version=version)
    assert not Consent.objects.exists()


def test_a_visitor_sees_the_texts_and_answers_nothing(guest, member):
    assert state(guest, language="en").language == "en"
    with pytest.raises(NotFound):
        answer(guest, given=True)


def test_a_language_without_a_text_reads_chinese(brand, member):
    services.publish_consent_texts(operator(brand), texts={CLAIM: {"zh-hans": "仅中文"}}, now=NOW)

    assert (state(member, language="en").text, state(member, language="en").language) == (
        "仅中文", "zh-hans",
    )  # fmt: skip
