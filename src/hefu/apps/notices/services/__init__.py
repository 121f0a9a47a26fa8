"""Messages out (通知): queued with their deed, delivered, withheld, forgotten."""

from hefu.apps.notices.services.messages import (
    bind_messages,
    cancel_waiting,
    deliver,
    forget_bodies,
    is_silent,
    mark_read,
    queue_message,
    silence,
    unsilence,
)

__all__ = [
    "bind_messages",
    "cancel_waiting",
    "deliver",
    "forget_bodies",
    "is_silent",
    "mark_read",
    "queue_message",
    "silence",
    "unsilence",
]
