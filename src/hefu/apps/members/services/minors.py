"""A year of birth, and a guardian's word (出生年份与监护人同意): minimal and sealed."""

from datetime import datetime

from django.utils import timezone

from hefu.apps.audit.services import record, service
from hefu.apps.members.addresses import normalise_address
from hefu.apps.members.errors import WrongCode
from hefu.apps.members.models import Age
from hefu.apps.members.selectors import signed_in_member
from hefu.apps.members.services.proofs import counting_service, take_code
from hefu.core.actor import Actor
from hefu.core.errors import Invalid

OLDEST = 120
TEXT_CHARS = 300


@service
def say_year(actor: Actor, *, year: int, now: datetime) -> Age:
    """Keep the signed-in member's year of birth; a year once said is changed by staff only.

    Raises:
        NotFound: nobody is signed in.
        Invalid: no year somebody alive was born in, or another year was said before.
    """
    member = signed_in_member(actor)
    this_year = timezone.localdate(now).year
    if not this_year - OLDEST <= year <= this_year:
        raise Invalid(field="year", rule="out_of_range", value=str(year)[:6])
    age, fresh = Age.objects.get_or_create(
        member=member, defaults={"year": str(year), "said_at": now}
    )
    if not fresh and age.year != str(year):
        raise Invalid(field="year", rule="said_before")
    if fresh:
        record(actor, "members.birth_year_said", member, now=now)
    return age


@counting_service
def take_guardian(
    actor: Actor, *, address: str, code: str, agreed_to: str, now: datetime
) -> Age | WrongCode:
    """Note that a guardian agreed: the code of ``request_guardian`` proves their address.

    Raises:
        NotFound: nobody is signed in.
        Invalid: no address; no year was said; no text that was agreed to.
        WrongCode: wrong, too old, used, or tried too often.
    """
    member = signed_in_member(actor)
    proved = normalise_address(address)
    age = Age.objects.filter(member=member).first()
    if age is None:
        raise Invalid(field="year", rule="required")
    if not agreed_to.strip():
        raise Invalid(field="agreed_to", rule="required")
    right = take_code(
        member.brand_id, proved, code=code, use="guardian_code", changer_id=member.pk, now=now
    )
    if not right:
        record(actor, "members.code_refused", "members.onetimecode", now=now)
        return WrongCode(field="code")
    age.guardian, age.guardian_key = proved.value, proved.key(member.brand_id)
    age.guardian_text, age.guardian_at = agreed_to.strip()[:TEXT_CHARS], now
    age.save(update_fields=["guardian", "guardian_key", "guardian_text", "guardian_at"])
    record(actor, "members.guardian_agreed", member, now=now)
    return age
