"""What a member reads about the own account (我的权利): devices, answers, copies, requests."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from hefu.apps.members.holders import stakes_of, words_of_kept, words_of_stake
from hefu.apps.members.models import (
    Closing,
    Consent,
    ConsentText,
    DataExport,
    DataRequest,
    Member,
    SignIn,
)
from hefu.apps.members.selectors import signed_in_member
from hefu.apps.members.services.closing import receipt_key
from hefu.apps.members.services.member_data import person_of
from hefu.apps.members.services.sign_ins import token_key
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.core.personal import Words, retention


def device_of(*, brand_id: int, member_id: int, token: str) -> SignIn | None:
    """Return the live device a session belongs to, with its member; None signs it out."""
    if not token:
        return None
    return (
        SignIn.objects.select_related("member")
        .filter(
            token_key=token_key(token), brand_id=brand_id, member_id=member_id, ended_at=None,
            member__closed_at=None,
        )
        .first()
    )  # fmt: skip


def sign_ins_for(actor: Actor) -> QuerySet[SignIn]:
    """The signed-in member's live devices, the newest first."""
    return SignIn.objects.filter(member=signed_in_member(actor), ended_at=None).order_by(
        "-at", "-pk"
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer with the very words it was given to."""

    purpose: str
    given: bool
    at: datetime
    version: int
    language: str
    text: str


def answers_for(actor: Actor) -> QuerySet[Consent]:
    """The signed-in member's answers, the newest first."""
    return Consent.objects.filter(member=signed_in_member(actor)).order_by("-at", "-pk")


def with_texts(answers: list[Consent]) -> list[Answer]:
    """Put the agreed words beside some answers of one brand; one query."""
    if not answers:
        return []
    texts = {
        (one.purpose, one.version, one.language): one.text
        for one in ConsentText.objects.filter(
            brand_id=answers[0].brand_id, purpose__in={one.purpose for one in answers}
        )
    }
    return [
        Answer(
            purpose=one.purpose, given=one.given, at=one.at, version=one.version,
            language=one.language, text=texts.get((one.purpose, one.version, one.language), ""),
        )
        for one in answers
    ]  # fmt: skip


def copies_for(actor: Actor) -> QuerySet[DataExport]:
    """The signed-in member's copies, the newest first."""
    return DataExport.objects.filter(member=signed_in_member(actor)).order_by("-asked_at", "-pk")


def own_requests_for(actor: Actor) -> QuerySet[DataRequest]:
    """The signed-in member's requests, the newest first."""
    return DataRequest.objects.filter(member=signed_in_member(actor)).order_by("-created_at", "-pk")


@dataclass(frozen=True, kw_only=True, slots=True)
class Loss:
    """So much of something that ends with the account."""

    count: int
    words: Words


def losses_for(actor: Actor) -> list[Loss]:
    """What the signed-in member would lose by closing the account now."""
    found = stakes_of(person_of(signed_in_member(actor)))
    return [Loss(count=count, words=words_of_stake(name)) for name, count in found.items()]


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptLine:
    """Records that are kept, by which rule, until when; and when they were erased."""

    words: Words
    rule: str
    source: Words
    verified: bool
    count: int
    until: date
    erased: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What somebody who closed an account is told, then and ever after; it names nobody."""

    number: str
    brand_id: int
    at: datetime
    lost: list[Loss]
    kept: list[KeptLine]


def receipt_by_token(token: str) -> Receipt:
    """Return the receipt that a token opens.

    Raises:
        NotFound: it opens none.
    """
    closing = Closing.objects.filter(token_key=receipt_key(token)).first()
    if closing is None:
        raise NotFound
    return _receipt(closing)


def receipt_of(actor: Actor, member: Member) -> Receipt | None:
    """Return the receipt of a closed account to those who handle members' rights."""
    actor.require(Permission.MEMBER_VIEW)
    closing = Closing.objects.filter(brand_id=actor.own_brand(), member=member).first()
    return _receipt(closing) if closing else None


def _receipt(closing: Closing) -> Receipt:
    lines: dict[tuple[str, str, str, bool], tuple[int, date]] = {}
    for row in closing.kept.order_by("until", "pk"):
        key = row.app, row.what, row.rule, row.erased_at is not None
        count, _until = lines.get(key, (0, row.until))
        lines[key] = count + row.count, row.until  # the last of them
    kept = []
    for (app, what, rule, erased), (count, until) in lines.items():
        law = retention(rule, on=closing.at.date())
        kept.append(
            KeptLine(
                words=words_of_kept(app, what), rule=rule, source=law.source,
                verified=law.verified, count=count, until=until, erased=erased,
            )
        )  # fmt: skip
    lost = [Loss(count=n, words=words_of_stake(name)) for name, n in closing.lost.items()]
    return Receipt(
        number=closing.number, brand_id=closing.brand_id, at=closing.at, lost=lost, kept=kept
    )


def requests_for(actor: Actor) -> QuerySet[DataRequest]:
    """The brand's requests for those who handle them, the one due first first.

    Raises:
        NotAllowed: the role does not handle members' rights.
    """
    actor.require(Permission.MEMBER_RIGHTS)
    rows = DataRequest.objects.filter(brand_id=actor.own_brand()).order_by("due_on", "pk")
    return rows.select_related("member")
