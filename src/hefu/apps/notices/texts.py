"""The wording of messages (文案), per template and language.

Placeholders are ``str.format`` fields; a value can never bring a placeholder of its own.
"""

from dataclasses import dataclass

DEFAULT_LANGUAGE = "zh-hans"


@dataclass(frozen=True, kw_only=True)
class Text:
    """A subject (used by e-mail only) and a body."""

    subject: str
    body: str


TEXTS: dict[str, dict[str, Text]] = {
    "one_time_code": {
        "zh-hans": Text(
            subject="{brand}登录验证码",
            body="【{brand}】验证码 {code}，{minutes} 分钟内有效，只能使用一次。"
            "请勿转告他人；如非本人操作，无需理会。",
        ),
        "en": Text(
            subject="Your {brand} sign-in code",
            body="[{brand}] {code} is your code. It works once, within {minutes} minutes. "
            "Keep it to yourself; if you did not ask for it, ignore this message.",
        ),
    },
    "address_code": {
        "zh-hans": Text(
            subject="{brand}更换联系方式验证码",
            body="【{brand}】验证码 {code}，用于把联系方式改为本号码或邮箱，{minutes} 分钟内有效。"
            "如非本人操作，请勿转告他人。",
        ),
        "en": Text(
            subject="Confirm your new {brand} contact",
            body="[{brand}] {code} is the code to make this your new contact, "
            "valid for {minutes} minutes. If you did not ask for it, keep it to yourself.",
        ),
    },
    "address_changed": {
        "zh-hans": Text(
            subject="{brand}联系方式已更换",
            body="【{brand}】您账号的联系方式已改为其他号码或邮箱。如非本人操作，请尽快联系客服。",
        ),
        "en": Text(
            subject="Your {brand} contact was changed",
            body="[{brand}] The contact of your account was changed to another one. "
            "If this was not you, please contact us soon.",
        ),
    },
    "prize_won": {
        "zh-hans": Text(
            subject="您在“{draw}”中奖了",
            body="【{brand}】您在“{draw}”中获得：{prize}。请在 {until} 前登录本品牌页面领取，"
            "领奖无需支付任何费用。",
        ),
        "en": Text(
            subject="You won in {draw}",
            body="[{brand}] You won in {draw}: {prize}. Sign in to our page and claim it by "
            "{until}. Claiming costs nothing.",
        ),
    },
}


def render(template: str, *, language: str, context: dict[str, str]) -> Text:
    """Return the text in ``language``, or in Chinese where that language has none.

    Raises:
        KeyError: no such template, or a placeholder without a value: the caller's bug.
    """
    texts = TEXTS[template]
    text = texts.get(language.lower(), texts[DEFAULT_LANGUAGE])
    return Text(subject=text.subject.format(**context), body=text.body.format(**context))
