"""Marketing messages (营销消息): their words, what the law puts below them, and when they rest.

Every message names its sender and says how it is refused (消费者权益保护法第二十九条,
广告法第四十三条; law L14), and can be told to be advertising (广告法第十四条; law L15). An e-mail
says so at the head of its subject (互联网电子邮件服务管理办法第十三条).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from string import Formatter
from zoneinfo import ZoneInfo

from hefu.core.advertising import absolute_terms
from hefu.core.errors import Invalid

LANGUAGES = ("zh-hans", "en")
#: What a text may ask to be filled in.
PLACEHOLDERS = ("name", "brand")
SUBJECT_CHARS = 60
BODY_CHARS = {"email": 4_000, "sms": 300, "inbox": 1_000}
_LINE = 120  # what a carrier takes as a subject
_NOBODY = {"zh-hans": "会员", "en": "member"}
_AD = {"zh-hans": "（广告）", "en": "[AD] "}


class Channel(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    SMS = "sms"
    INBOX = "inbox"  # of the member's page


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A message in one language; a subject is read in e-mail and in the inbox."""

    subject: str = ""
    body: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Who writes: the brand in a language, the company, and where it is reached."""

    brand: str
    trader: str
    contact: str


def check_words(words: Words, *, channel: Channel, language: str) -> None:
    """Refuse what cannot be sent; placeholders are checked here, not when a thousand wait.

    Raises:
        Invalid: ``field`` is ``subject_zh``, ``body_en`` and so on; ``rule`` is ``required``,
            ``too_long``, ``bad_braces`` or ``unknown_placeholder``.
    """
    tail = language[:2]
    most = {"subject": SUBJECT_CHARS, "body": BODY_CHARS[channel]}
    for name, text in (("subject", words.subject), ("body", words.body)):
        field = f"{name}_{tail}"
        if not text.strip() and (name == "body" or channel is not Channel.SMS):
            raise Invalid(field=field, rule="required")
        if len(text) > most[name]:
            raise Invalid(field=field, rule="too_long", value=most[name])
        _check_placeholders(text, field)


def _check_placeholders(text: str, field: str) -> None:
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise Invalid(field=field, rule="bad_braces") from error
    for _literal, name, spec, conversion in parts:
        if name is None:
            continue
        if name not in PLACEHOLDERS or spec or conversion:
            raise Invalid(field=field, rule="unknown_placeholder", value=name[:40])


def absolute_words(texts: Mapping[str, Words]) -> tuple[str, ...]:
    """Return the words that advertising may not use (law L01), of all languages, each once."""
    said = "\n".join(f"{one.subject}\n{one.body}" for one in texts.values())
    return absolute_terms(said)


def written(
    words: Words, *, channel: Channel, language: str, name: str, sender: Sender, link: str
) -> Words:
    """Return the whole message as one member reads it.

    ``link`` is the address that refuses such messages; the inbox has a button for it instead.
    """
    said = {"name": " ".join(name.split()) or _NOBODY[language], "brand": sender.brand}
    subject = " ".join(words.subject.format(**said).split())
    body = words.body.format(**said).strip()
    who = " · ".join(one for one in (sender.brand, sender.trader) if one)
    if channel is Channel.SMS:
        return Words(body=_sms(body, language, sender, link))
    head = f"{_AD[language]}{subject}"[:_LINE]
    return Words(subject=head, body=f"{body}\n\n{_foot(channel, language, who, sender, link)}")


def _sms(body: str, language: str, sender: Sender, link: str) -> str:
    if language == "en":
        return f"[{sender.brand}] {body} (AD) Contact: {sender.contact}. Stop, free: {link}"
    return f"【{sender.brand}】{body}（广告）联系：{sender.contact}。免费退订：{link}"


def _foot(channel: Channel, language: str, who: str, sender: Sender, link: str) -> str:
    if language == "en":
        why = f"You read this because you agreed to news and offers of {sender.brand}."
        how = (
            f"Stop these e-mails with one press, free of charge, no sign-in: {link}"
            if channel is Channel.EMAIL
            else "Stop these messages with the button below, free of charge."
        )
        return f"--\n{why}\nSender: {who}. Contact: {sender.contact}\n{how}"
    why = f"您收到此消息，是因为您同意接收{sender.brand}的新品与优惠信息。"
    how = (
        f"不想再收到？点击即可退订，免费且无需登录：{link}"
        if channel is Channel.EMAIL
        else "不想再收到？点下方按钮即可免费停收。"
    )
    return f"--\n{why}\n发送者：{who}，联系方式：{sender.contact}\n{how}"


@dataclass(frozen=True, kw_only=True, slots=True)
class QuietHours:
    """When nobody is disturbed, by the clock of ``zone``; the same time twice means never."""

    since: time = time(21)
    until: time = time(8)
    zone: str = "Asia/Shanghai"


def held_until(now: datetime, quiet: QuietHours) -> datetime | None:
    """Return the end of the quiet hours that ``now`` lies in (R358); None outside of them."""
    here = now.astimezone(ZoneInfo(quiet.zone))
    clock = here.time()
    if quiet.since < quiet.until:
        inside = quiet.since <= clock < quiet.until
    else:
        inside = quiet.since != quiet.until and (clock >= quiet.since or clock < quiet.until)
    if not inside:
        return None
    ends = datetime.combine(here.date(), quiet.until, here.tzinfo)
    if ends <= here:
        ends = datetime.combine(here.date() + timedelta(days=1), quiet.until, here.tzinfo)
    return ends


def rests_at(now: datetime, quiet: QuietHours) -> datetime | None:
    """Return the next instant at which quiet hours begin; None where there are none."""
    if quiet.since == quiet.until:
        return None
    here = now.astimezone(ZoneInfo(quiet.zone))
    begins = datetime.combine(here.date(), quiet.since, here.tzinfo)
    if begins <= here:
        begins = datetime.combine(here.date() + timedelta(days=1), quiet.since, here.tzinfo)
    return begins


def week_clock(now: datetime, zone: str) -> datetime:
    """Move an instant so that windows of seven days begin on Mondays at midnight in ``zone``.

    Windows are counted from 1970-01-01 UTC, a Thursday: three days and the zone's offset later.
    """
    offset = now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return now + timedelta(days=3) + offset
