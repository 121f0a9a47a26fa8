"""What leaves the house, and what became of it."""

from hefu.apps.notices.models.messages import Message, Silence
from hefu.apps.notices.models.webhooks import Attempt, Dispatch, Endpoint
from hefu.apps.notices.models.wechat import WechatAccount, WechatSeen

__all__ = ["Attempt", "Dispatch", "Endpoint", "Message", "Silence", "WechatAccount", "WechatSeen"]
