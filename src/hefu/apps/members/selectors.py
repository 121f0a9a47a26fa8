"""Members as far as the reader may see them: staff masked, consumers themselves, partners none."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from hefu.apps.members.addresses import normalise_address
from hefu.apps.members.models import Consent, ConsentText, Member
from hefu.apps.members.purposes import Purpose
from hefu.core.actor import ANONYMOUS, Actor, ActorKind
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.core.privacy import mask_email, mask_phone

#: After a no, or a yes taken back, a purpose is not asked again for so long (law L34).
COOL_DOWN = timedelta(days=180)
_FALLBACK = "zh-hans"


def visitor(brand_id: int, *, surface: str) -> Actor:
    """Return the actor of somebody on a brand's page who has not signed in."""
    return replace(ANONYMOUS, brand_id=brand_id, surface=surface, label="visitor")


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberCard:
    """A member as staff see them: enough to recognise, too little to call."""

    pk: int
    masked_phone: str
    masked_email: str
    nickname: str
    language: str
    joined_at: datetime
    closed: bool

    @property
    def masked(self) -> str:
        """One line for lists: the phone, else the e-mail."""
        return self.masked_phone or self.masked_email


def members_for(actor: Actor) -> QuerySet[Member]:
    """The brand's members for staff, oneself for a consumer, nobody for partners and visitors."""
    rows = Member.objects.filter(brand_id=actor.own_brand()).order_by("-created_at", "-pk")
    if actor.kind is ActorKind.CONSUMER:
        return rows.filter(pk=actor.member_id or 0, closed_at=None)
    if actor.is_partner or actor.kind is ActorKind.ANONYMOUS:
        return rows.none()
    actor.require(Permission.MEMBER_VIEW)
    return rows


def signed_in_member(actor: Actor) -> Member:
    """Return the member that is signed in.

    Raises:
        NotFound: nobody is, or the account is closed.
    """
    if actor.kind is not ActorKind.CONSUMER:
        raise NotFound
    return member_by_id(actor, actor.member_id or 0)


def member_by_id(actor: Actor, member_id: int) -> Member:
    """Return one member.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    member = members_for(actor).filter(pk=member_id).first()
    if member is None:
        raise NotFound
    return member


def open_member(actor: Actor, member_id: int, *, needs: Permission) -> Member:
    """Return a member whose account is open, for staff who act for them.

    Raises:
        NotAllowed: the role has not what it ``needs``.
        NotFound: no open account of the brand.
    """
    actor.require(needs)
    rows = Member.objects.filter(brand_id=actor.own_brand(), closed_at=None)
    member = rows.filter(pk=member_id).first()
    if member is None:
        raise NotFound(field="member")
    return member


def member_by_address(actor: Actor, address: str) -> Member:
    """Return the member who proved this phone or e-mail, found by its keyed look-up.

    Raises:
        Invalid: it cannot be an address.
        NotFound: nobody of this brand, or not for this actor.
    """
    wanted = normalise_address(address)
    column = "phone_key" if wanted.channel == "sms" else "email_key"
    member = members_for(actor).filter(**{column: wanted.key(actor.own_brand())}).first()
    if member is None:
        raise NotFound
    return member


def card_of(member: Member) -> MemberCard:
    """Mask one member."""
    return MemberCard(
        pk=member.pk,
        masked_phone=mask_phone(member.phone) if member.phone else "",
        masked_email=mask_email(member.email) if member.email else "",
        nickname=member.nickname, language=member.language, joined_at=member.created_at,
        closed=member.closed_at is not None,
    )  # fmt: skip


def cards_for(actor: Actor, member_ids: Iterable[int]) -> dict[int, MemberCard]:
    """Mask several members at once, by id; those the actor may not see are left out."""
    return {row.pk: card_of(row) for row in members_for(actor).filter(pk__in=set(member_ids))}


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentState:
    """Where a member stands with one purpose, and the text to show."""

    purpose: Purpose
    text: str
    version: int
    language: str
    given: bool  # a yes to the text as it stands
    answered_at: datetime | None  # to this or an earlier text
    may_ask: bool


def consents_for(actor: Actor, *, language: str, now: datetime) -> list[ConsentState]:
    """The signed-in member's consents, one per published purpose, in the order of ``Purpose``.

    A visitor gets the texts with nothing answered. A yes lapses when the text changes and may be
    asked anew at once; a no rests for ``COOL_DOWN``.
    """
    brand_id = actor.own_brand()
    texts = _current_texts(brand_id, language)
    answers: dict[str, Consent] = {}
    if actor.kind is ActorKind.CONSUMER:
        rows = Consent.objects.filter(brand_id=brand_id, member_id=actor.member_id or 0)
        for answer in rows.order_by("at", "pk"):
            answers[answer.purpose] = answer
    return [
        _state(text, answers.get(purpose.value), now=now)
        for purpose in Purpose
        if (text := texts.get(purpose.value)) is not None
    ]


def _current_texts(brand_id: int, language: str) -> dict[str, ConsentText]:
    rows = ConsentText.objects.filter(brand_id=brand_id)
    newest = dict(rows.values_list("purpose").annotate(Max("version")))
    current: dict[str, ConsentText] = {}
    for row in rows.filter(language__in=(language, _FALLBACK), version__in=newest.values()):
        if row.version == newest[row.purpose] and (
            row.language == language or row.purpose not in current
        ):
            current[row.purpose] = row
    return current


def _state(text: ConsentText, answer: Consent | None, *, now: datetime) -> ConsentState:
    given = answer is not None and answer.given and answer.version == text.version
    rests = answer is not None and not answer.given and now < answer.at + COOL_DOWN
    return ConsentState(
        purpose=Purpose(text.purpose), text=text.text, version=text.version,
        language=text.language, given=given, answered_at=answer.at if answer else None,
        may_ask=not given and not rests,
    )  # fmt: skip


def has_consent(*, brand_id: int, member_id: int, purpose: Purpose) -> bool:
    """Say whether a member's newest answer is a yes to the text as it stands; ask before acting.

    While the use of their data is restricted, every answer counts as no.
    """
    newest = (
        Consent.objects.filter(
            brand_id=brand_id, member_id=member_id, purpose=purpose,
            member__restricted_at=None, member__closed_at=None,
        )
        .order_by("-at", "-pk")
        .first()
    )  # fmt: skip
    if newest is None or not newest.given:
        return False
    texts = ConsentText.objects.filter(brand_id=brand_id, purpose=purpose)
    return bool(texts.aggregate(Max("version"))["version__max"] == newest.version)


def consenting_members(
    *, brand_id: int, member_ids: Iterable[int], purpose: Purpose
) -> dict[int, str]:
    """Return the nicknames of those among the members who agree to ``purpose`` as it stands."""
    agreed = agreeing(brand_id=brand_id, member_ids=member_ids, purpose=purpose)
    return dict(Member.objects.filter(pk__in=agreed).values_list("pk", "nickname"))


def agreeing(*, brand_id: int, member_ids: Iterable[int], purpose: Purpose) -> dict[int, Consent]:
    """Return the answers of those among the members who agree to ``purpose`` as it stands."""
    newest: dict[int, Consent] = {}
    answers = Consent.objects.filter(
        brand_id=brand_id, member_id__in=set(member_ids), purpose=purpose,
        member__restricted_at=None, member__closed_at=None,
    )  # fmt: skip
    for answer in answers.order_by("at", "pk"):
        newest[answer.member_id] = answer
    texts = ConsentText.objects.filter(brand_id=brand_id, purpose=purpose)
    version = texts.aggregate(Max("version"))["version__max"]
    return {pk: one for pk, one in newest.items() if one.given and one.version == version}
