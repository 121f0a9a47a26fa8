"""Consents (同意): asked one by one, answered by facts that are never changed, easy to withdraw."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from hefu.apps.accounts.models import Brand
from hefu.apps.audit.services import publish, record, service
from hefu.apps.members.errors import TextChanged
from hefu.apps.members.events import ConsentAnswered
from hefu.apps.members.models import Consent, ConsentText
from hefu.apps.members.purposes import TEXTS, Purpose
from hefu.apps.members.selectors import signed_in_member
from hefu.core.actor import Actor
from hefu.core.permissions import Permission


@service
def publish_consent_texts(
    actor: Actor, *, now: datetime,
    texts: Mapping[Purpose, Mapping[str, str]] = TEXTS,
) -> int:  # fmt: skip
    """Ask by these texts from now on; returns how many purposes got a new version.

    A purpose whose texts are word for word the newest ones keeps its version. ``{brand}`` stands
    for the brand's name.

    Raises:
        TextChanged: somebody published at the same moment; look again.
    """
    actor.require(Permission.BRAND_MANAGE)
    brand = Brand.objects.get(pk=actor.own_brand())
    published = 0
    for purpose, by_language in texts.items():
        fresh = {
            language: text.replace("{brand}", _name(brand, language))
            for language, text in by_language.items()
        }
        published += _publish(actor, brand, purpose, fresh, now=now)
    return published


def _publish(
    actor: Actor, brand: Brand, purpose: Purpose, fresh: dict[str, str], *, now: datetime
) -> bool:
    rows = ConsentText.objects.filter(brand=brand, purpose=purpose)
    newest = rows.aggregate(Max("version"))["version__max"] or 0
    if dict(rows.filter(version=newest).values_list("language", "text")) == fresh:
        return False
    try:
        with transaction.atomic():
            ConsentText.objects.bulk_create(
                ConsentText(
                    brand=brand, purpose=purpose, version=newest + 1, language=language,
                    text=text, created_at=now,
                )
                for language, text in fresh.items()
            )  # fmt: skip
    except IntegrityError as error:
        raise TextChanged(purpose=purpose.value) from error
    record(
        actor, "members.consent_text_published", brand, now=now, purpose=purpose.value,
        version=newest + 1,
    )  # fmt: skip
    return True


def _name(brand: Brand, language: str) -> str:
    return (brand.name_en or brand.name) if language == "en" else brand.name


@service
def answer_consent(
    actor: Actor, *, purpose: Purpose, given: bool, version: int, language: str, now: datetime
) -> None:
    """Keep the signed-in member's yes or no to one text; a no costs nothing.

    Raises:
        NotFound: nobody is signed in.
        TextChanged: the text shown is not the newest one.
    """
    member = signed_in_member(actor)
    texts = ConsentText.objects.filter(brand_id=member.brand_id, purpose=purpose)
    newest = texts.aggregate(Max("version"))["version__max"]
    if newest != version or not texts.filter(version=version, language=language).exists():
        raise TextChanged(purpose=purpose.value)
    _answer(actor, member.pk, purpose, given=given, version=version, language=language, now=now)


@service
def withdraw(actor: Actor, *, purpose: Purpose, now: datetime) -> None:
    """Take a yes back, with one step, at once; nothing happens where there was none.

    Raises:
        NotFound: nobody is signed in.
    """
    member = signed_in_member(actor)
    newest = Consent.objects.filter(member=member, purpose=purpose).order_by("-at", "-pk").first()
    if newest is not None and newest.given:
        _answer(
            actor, member.pk, purpose, given=False, version=newest.version,
            language=newest.language, now=now,
        )  # fmt: skip


def _answer(
    actor: Actor, member_id: int, purpose: Purpose, *, given: bool, version: int, language: str,
    now: datetime,
) -> None:  # fmt: skip
    brand_id = actor.own_brand()
    row = Consent.objects.create(
        brand_id=brand_id, member_id=member_id, purpose=purpose, given=given, version=version,
        language=language, surface=actor.surface, at=now,
    )  # fmt: skip
    record(
        actor, "members.consent_answered", row, now=now, purpose=purpose.value, given=given,
        version=version,
    )  # fmt: skip
    publish(
        ConsentAnswered(
            brand_id=brand_id, member_id=member_id, purpose=purpose.value, text_version=version,
            given=given,
        ),
        now=now,
    )  # fmt: skip
