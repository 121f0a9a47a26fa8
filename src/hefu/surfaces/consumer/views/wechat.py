"""What WeChat's server asks of a brand (微信回调): is the address ours, and what to answer.

A follower who types the digits of a model or the code of a unit, or scans either in the account's
menu, gets the link to the page or the check. Nothing is said of whether a code is genuine: that
is for the page, which counts guesses. Everything else is left to people, and answered with nothing.
"""

import re
import secrets
from contextlib import suppress
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hefu.apps.notices.models import WechatAccount
from hefu.apps.notices.wechat.selectors import account_of
from hefu.apps.notices.wechat.services import is_first, note_check
from hefu.core.wechat import (
    RANDOM,
    NotFromWechat,
    check_call,
    open_envelope,
    read_key,
    read_xml,
    seal_envelope,
    signature,
    write_xml,
)
from hefu.surfaces.consumer.wechat_answers import answer_to

MOST = 65_536  # bytes of a call
_ECHO = re.compile(r"[\x21-\x7e]{1,200}")
_NONCE = re.compile(r"[\x21-\x7e]{1,128}")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest, brand: str) -> HttpResponse:
    """Answer WeChat's server; others learn nothing, not even whether a brand has an account."""
    account, now = account_of(brand), timezone.now()
    if account is not None and _NONCE.fullmatch(request.GET.get("nonce", "")):
        answer = _echo if request.method == "GET" else _reply
        with suppress(NotFromWechat):
            return answer(request, account, now)
    return HttpResponse(status=403, content_type="text/plain")


def _check(request: HttpRequest, account: WechatAccount, now: datetime, *sealed: str) -> None:
    told = request.GET
    timestamp = told.get("timestamp", "")
    check_call(
        account.token, timestamp, told["nonce"], *sealed,
        given=told.get("msg_signature" if sealed else "signature", ""), timestamp=timestamp,
        now=now,
    )  # fmt: skip


def _echo(request: HttpRequest, account: WechatAccount, now: datetime) -> HttpResponse:
    _check(request, account, now)
    echo = request.GET.get("echostr", "")
    if not _ECHO.fullmatch(echo):
        raise NotFromWechat(rule="form")
    note_check(account, now=now)
    return HttpResponse(echo, content_type="text/plain; charset=us-ascii")


def _reply(request: HttpRequest, account: WechatAccount, now: datetime) -> HttpResponse:
    length = request.headers.get("Content-Length", "0")
    if not length.isdigit() or int(length) > MOST:
        raise NotFromWechat(rule="form")
    fields = read_xml(request.body)
    key = read_key(account.aes_key) if account.aes_key else b""
    if key:
        sealed = fields.get("Encrypt", "")
        _check(request, account, now, sealed)
        fields = read_xml(open_envelope(sealed, key=key, app_id=account.app_id))
    else:
        _check(request, account, now)
    text = _answer(account, fields, now)
    if not text:
        return HttpResponse("success", content_type="text/plain")
    told = write_xml(
        {
            "ToUserName": fields["FromUserName"], "FromUserName": fields["ToUserName"],
            "CreateTime": int(now.timestamp()), "MsgType": "text", "Content": text,
        }
    )  # fmt: skip
    if key:
        told = _sealed(account, told, key=key, now=now)
    return HttpResponse(told, content_type="application/xml; charset=utf-8")


def _answer(account: WechatAccount, fields: dict[str, str], now: datetime) -> str:
    """What to say; nothing to a message that was answered before."""
    sender, at = fields.get("FromUserName", ""), fields.get("CreateTime", "")
    if not sender or not fields.get("ToUserName"):
        raise NotFromWechat(rule="form")
    name = fields.get("MsgId") or f"{sender} {at} {fields.get('Event', '')}"
    with translation.override("zh-hans"):  # followers of official accounts read Chinese
        text = answer_to(account.brand, fields, now=now)
    return text if text and is_first(account, name=name, now=now) else ""


def _sealed(account: WechatAccount, text: str, *, key: bytes, now: datetime) -> str:
    salt = secrets.token_hex(RANDOM // 2).encode()
    sealed = seal_envelope(text.encode(), key=key, app_id=account.app_id, salt=salt)
    stamp, nonce = str(int(now.timestamp())), secrets.token_hex(8)
    return write_xml(
        {
            "Encrypt": sealed, "MsgSignature": signature(account.token, stamp, nonce, sealed),
            "TimeStamp": int(stamp), "Nonce": nonce,
        }
    )  # fmt: skip
