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


#: Advertising of a campaign: its words are the brand's own.
MARKETING = "marketing"

TEXTS: dict[str, dict[str, Text]] = {
    MARKETING: {
        language: Text(subject="{subject}", body="{body}") for language in ("zh-hans", "en")
    },
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
    "proof_code": {
        "zh-hans": Text(
            subject="{brand}身份确认验证码",
            body="【{brand}】验证码 {code}，用于确认是您本人在下载个人数据或注销账号，{minutes} "
            "分钟内有效。如非本人操作，请勿转告他人，并尽快登录检查登录设备。",
        ),
        "en": Text(
            subject="Confirm that it is you",
            body="[{brand}] {code} confirms that it is you who takes a copy of your data or "
            "closes the account; valid for {minutes} minutes. If it is not you, keep it to "
            "yourself and look at your sign-ins.",
        ),
    },
    "guardian_code": {
        "zh-hans": Text(
            subject="{brand}监护人同意",
            body="【{brand}】一名未满十四周岁的用户请您作为监护人同意其使用会员账号。我们仅保存其出生"
            "年份与保修所需信息，不推送营销信息，不参加抽奖。同意请将验证码 {code} 告知孩子，"
            "{minutes} 分钟内有效；不同意则无需理会。",
        ),
        "en": Text(
            subject="Your child asks for your consent",
            body="[{brand}] A user under 14 asks you, as guardian, to agree to a member account. "
            "We keep the year of birth and what the warranty needs, send no advertising and allow "
            "no draws. If you agree, tell the child {code} within {minutes} minutes; if not, "
            "ignore this message.",
        ),
    },
    "copy_ready": {
        "zh-hans": Text(
            subject="{brand}您的个人数据副本已备好",
            body="【{brand}】您的个人数据副本已备好，请在 {until} 前登录本品牌页面，在“我的账号”中"
            "下载。逾期自动删除，可重新申请。",
        ),
        "en": Text(
            subject="The copy of your data is ready",
            body="[{brand}] The copy of your data is ready. Sign in to our page and take it from "
            "your account by {until}; after that it is deleted, and you may ask again.",
        ),
    },
    "request_answered": {
        "zh-hans": Text(
            subject="{brand}已答复您的个人信息请求",
            body="【{brand}】您关于个人信息的请求 {number} 已有答复，请登录本品牌页面，在“我的账号”"
            "中查看。",
        ),
        "en": Text(
            subject="Your request about your data was answered",
            body="[{brand}] Your request {number} about your data was answered. Sign in to our "
            "page and read it in your account.",
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
    "group_formed": {
        "zh-hans": Text(
            subject="“{title}”拼团成功",
            body="【{brand}】您参加的“{title}”已成团，我们会尽快发货，可在“我的订单”中查看。",
        ),
        "en": Text(
            subject="Your group for {title} is complete",
            body="[{brand}] Your group for {title} is complete. We send the goods soon; you find "
            "the order among your orders.",
        ),
    },
    "group_refunded": {
        "zh-hans": Text(
            subject="“{title}”拼团未成功，已退款",
            body="【{brand}】您参加的“{title}”未能成团，订单已自动取消，您支付的 {amount} 按原支付"
            "方式全额退回，无需申请。",
        ),
        "en": Text(
            subject="No group for {title}: you get everything back",
            body="[{brand}] The group for {title} did not come about. Your order is cancelled, "
            "and all you paid ({amount}) goes back the way it came. You need not do anything.",
        ),
    },
    "question_answered": {
        "zh-hans": Text(
            subject="{brand}回答了您关于{product}的提问",
            body="【{brand}】您关于“{product}”的提问已由厂家回答：{link}",
        ),
        "en": Text(
            subject="{brand} answered your question about {product}",
            body="[{brand}] The maker answered your question about {product}: {link}",
        ),
    },
    "question_answered_by_member": {
        "zh-hans": Text(
            subject="有用户回答了您关于{product}的提问",
            body="【{brand}】有用户回答了您关于“{product}”的提问：{link} 厂家的回答会另行通知。",
        ),
        "en": Text(
            subject="Somebody answered your question about {product}",
            body="[{brand}] Another reader answered your question about {product}: {link} "
            "We tell you again when the maker does.",
        ),
    },
    "store_task_due": {
        "zh-hans": Text(
            subject="{brand}门店任务待完成：{task}",
            body="【{brand}】门店任务“{task}”请在 {day} 前完成并上传现场照片：{link}",
        ),
        "en": Text(
            subject="{brand}: your shop's photo is missing",
            body="[{brand}] Please put up {task} by {day} and send a photo of it: {link}",
        ),
    },
    "questions_overdue": {
        "zh-hans": Text(
            subject="{brand}：{count} 个提问超过应答时限",
            body="【{brand}】{count} 个用户提问超过了应答时限，仍未回答，请尽快处理：{link}",
        ),
        "en": Text(
            subject="{brand}: {count} questions are late",
            body="[{brand}] {count} questions of readers are past their target and not answered "
            "yet: {link}",
        ),
    },
    "goods_short": {
        "zh-hans": Text(
            subject="{brand}：活动“{campaign}”备货不足",
            body="【{brand}】活动“{campaign}”将于 {at} 开始，“{article}”的库存少于计划用量，"
            "请及时补货或调整方案：{link}",
        ),
        "en": Text(
            subject="{brand}: too little in stock for {campaign}",
            body="[{brand}] {campaign} begins at {at}, and fewer pieces of {article} are in stock "
            "than are planned. Order more, or change the plan: {link}",
        ),
    },
    "webhook_switched_off": {
        "zh-hans": Text(
            subject="{brand}：事件推送“{name}”已停用",
            body="【{brand}】事件推送“{name}”连续多日无法送达（最后一次原因：{reason}），已自动停用。"
            "停用期间发生的事件不再保留。请修复接收端后，在工作台“事件推送”中重新启用，"
            "并补发之前未送达的消息。",
        ),
        "en": Text(
            subject="{brand}: the webhook {name} was switched off",
            body="[{brand}] The webhook {name} took nothing for days (last reason: {reason}) and "
            "was switched off. What happens meanwhile is not kept for it. Mend the receiver, "
            "switch it on again on the desk, and send again what it did not take.",
        ),
    },
}

#: Sent to everybody, also to who wants to hear nothing: an account cannot be used without them.
NEEDED = frozenset(
    {
        "one_time_code", "address_code", "address_changed", "proof_code", "guardian_code",
        "copy_ready", "request_answered", "group_formed", "group_refunded",
    }
)  # fmt: skip
#: Forgotten after a day wherever they went; all others stay on the member's page for a while.
SECRET = frozenset({"one_time_code", "address_code", "proof_code", "guardian_code"})


def render(template: str, *, language: str, context: dict[str, str]) -> Text:
    """Return the text in ``language``, or in Chinese where that language has none.

    Raises:
        KeyError: no such template, or a placeholder without a value: the caller's bug.
    """
    texts = TEXTS[template]
    text = texts.get(language.lower(), texts[DEFAULT_LANGUAGE])
    return Text(subject=text.subject.format(**context), body=text.body.format(**context))
