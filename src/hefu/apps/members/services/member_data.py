"""What the account holds about a member (会员账号的数据), and what of it is kept as proof."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from hefu.apps.members.models import (
    Age,
    Belonging,
    CodeLimit,
    Consent,
    ConsentText,
    DataExport,
    DataRequest,
    Member,
    OneTimeCode,
    SignIn,
    Standing,
)
from hefu.core.personal import Fate, Holder, Kept, Person, Table, Words, kept_until, told

CONSENTS, CONSENT_RULE = "consents", "L34"
REQUESTS, REQUEST_RULE = "requests", "L37"


def person_of(member: Member) -> Person:
    """Return who all holders are asked about."""
    keys = tuple(key for key in (member.phone_key, member.email_key) if key)
    return Person(brand_id=member.brand_id, member_id=member.pk, address_keys=keys)


def held(person: Person) -> Iterator[Table]:
    """Give the account, the consents with their texts, sign-ins, requests and copies."""
    member = Member.objects.get(brand_id=person.brand_id, pk=person.member_id)
    age = Age.objects.filter(member=member).first()
    yield Table(
        name="account", title=Words(zh="账号", en="Account"),
        columns={
            "number": "会员号", "phone": "手机", "email": "邮箱", "nickname": "昵称",
            "language": "语言", "member_since": "注册时间", "excluded_from_draws": "不得抽奖",
            "restricted_since": "限制使用自", "birth_year": "出生年份", "guardian": "监护人",
            "guardian_agreed_at": "监护人同意时间", "guardian_agreed_to": "监护人同意内容",
        },
        rows=(
            (
                member.pk, member.phone, member.email, member.nickname, member.language,
                told(member.created_at), member.is_insider, told(member.restricted_at),
                age.year if age else "", age.guardian if age else "",
                told(age.guardian_at) if age else "", age.guardian_text if age else "",
            ),
        ),
    )  # fmt: skip
    yield from _standing(member)
    texts = {
        (one.purpose, one.version, one.language): one.text
        for one in ConsentText.objects.filter(brand_id=person.brand_id)
    }
    yield Table(
        name="consents", title=Words(zh="同意记录", en="Consents"),
        columns={
            "at": "时间", "purpose": "事项", "answer": "回答", "version": "版本",
            "text": "当时文本", "surface": "途径",
        },
        rows=tuple(
            (
                told(row.at), row.purpose, row.given, row.version,
                texts.get((row.purpose, row.version, row.language), ""), row.surface,
            )
            for row in Consent.objects.filter(member=member).order_by("at", "pk")
        ),
    )  # fmt: skip
    yield from _rights(member)


def _standing(member: Member) -> Iterator[Table]:
    standing = Standing.objects.filter(member=member)
    yield Table(
        name="standing",
        title=Words(zh="会员等级与生日", en="Level and birthday"),
        columns={"level": "等级", "birthday": "生日", "agreed_to": "同意内容", "since": "自"},
        rows=tuple(
            (row.level, row.birthday, row.birthday_text, told(row.birthday_at)) for row in standing
        ),
    )
    groups = Belonging.objects.filter(member=member).order_by("at", "pk")
    yield Table(
        name="groups", title=Words(zh="所属人群", en="Groups"),
        columns={
            "group": "人群", "verified": "经认证", "proof": "凭据", "since": "自", "until": "至",
            "left_at": "退出时间",
        },
        rows=tuple(
            (
                row.group, row.verified, row.proof, told(row.at), told(row.expires_at),
                told(row.left_at),
            )
            for row in groups
        ),
    )  # fmt: skip


def _rights(member: Member) -> Iterator[Table]:
    sign_ins = SignIn.objects.filter(member=member).order_by("at", "pk")
    yield Table(
        name="sign_ins", title=Words(zh="登录记录", en="Sign-ins"),
        columns={
            "at": "时间", "browser": "浏览器", "region": "地区", "seen_on": "最近使用",
            "ended_at": "退出时间",
        },
        rows=tuple(
            (told(row.at), row.agent, row.region, row.seen_on.isoformat(), told(row.ended_at))
            for row in sign_ins
        ),
    )  # fmt: skip
    requests = DataRequest.objects.filter(member=member).order_by("created_at", "pk")
    yield Table(
        name="requests", title=Words(zh="个人信息权利请求", en="Requests about personal data"),
        columns={
            "number": "编号", "kind": "类型", "channel": "途径", "state": "状态",
            "received_on": "收到日期", "due_on": "期限", "asked_by": "请求人", "asked": "请求内容",
            "answered_at": "答复时间", "answer": "答复", "rule": "依据",
        },
        rows=tuple(
            (
                row.number, row.kind, row.channel, row.state, row.received_on.isoformat(),
                row.due_on.isoformat(), row.asker, row.words, told(row.answered_at), row.answer,
                row.rule,
            )
            for row in requests
        ),
    )  # fmt: skip
    copies = DataExport.objects.filter(member=member).order_by("asked_at", "pk")
    yield Table(
        name="copies",
        title=Words(zh="数据副本", en="Copies of the data"),
        columns={"asked_at": "申请时间", "state": "状态", "fetched_at": "最近下载"},
        rows=tuple((told(row.asked_at), row.state, told(row.fetched_at)) for row in copies),
    )


def forget(person: Person, now: datetime) -> Iterator[Kept]:
    """Empty the account; keep what was agreed to and asked for, as long as it must be proved."""
    member = Member.objects.get(brand_id=person.brand_id, pk=person.member_id)
    Member.objects.filter(pk=member.pk).update(
        phone="", phone_key=None, email="", email_key=None, nickname="", closed_at=now,
        is_insider=False, restricted_at=None,
    )  # fmt: skip
    Standing.objects.filter(member=member).delete()
    Age.objects.filter(member=member).delete()
    Belonging.objects.filter(member=member).delete()
    SignIn.objects.filter(member=member).delete()
    OneTimeCode.objects.filter(
        Q(changer_id=member.pk) | Q(address_key__in=person.address_keys), brand_id=person.brand_id
    ).delete()
    CodeLimit.objects.filter(key__in=person.address_keys).delete()
    for path in DataExport.objects.filter(member=member).exclude(path=""):
        (Path(settings.HEFU_DATA) / path.path).unlink(missing_ok=True)
    DataExport.objects.filter(member=member).update(state=DataExport.State.GONE, path="")
    today = timezone.localdate(now)
    consents = Consent.objects.filter(member=member)
    if count := consents.count():
        until = kept_until(CONSENT_RULE, since=today)
        yield Kept(what=CONSENTS, rule=CONSENT_RULE, count=count, until=until)
    requests = DataRequest.objects.filter(member=member)
    if count := requests.count():
        until = kept_until(REQUEST_RULE, since=today)
        yield Kept(what=REQUESTS, rule=REQUEST_RULE, count=count, until=until)


def erase(person: Person, what: str, today: date) -> None:  # noqa: ARG001  (all are of the closing's day)
    """Remove proofs that nobody may ask for any more."""
    if what == CONSENTS:
        Consent.objects.filter(member_id=person.member_id).delete()
    if what == REQUESTS:
        DataRequest.objects.filter(member_id=person.member_id).update(
            asker="", words="", answer="", identity=""
        )


HOLDER = Holder(
    app="members", held=held, forget=forget, erase=erase,
    covers={
        "members.age": Fate.ERASED,
        "members.belonging": Fate.ERASED,
        "members.closing": Fate.NAMELESS,
        "members.codelimit": Fate.ERASED,
        "members.consent": Fate.KEPT,
        "members.dataexport": Fate.ERASED,
        "members.datarequest": Fate.KEPT,
        "members.member": Fate.ERASED,
        "members.onetimecode": Fate.ERASED,
        "members.signin": Fate.ERASED,
        "members.standing": Fate.ERASED,
    },
    kept={
        CONSENTS: Words(
            zh="同意与撤回的记录（不含联系方式）",
            en="What was agreed to and taken back, without any address",
        ),
        REQUESTS: Words(
            zh="个人信息权利请求及答复", en="Requests about personal data and their answers"
        ),
    },
)  # fmt: skip
