"""The ways out (通道): who carries a message to its address.

``settings.HEFU_NOTICE_ADAPTERS`` names one adapter per channel by its dotted path; an operator's
own SMS gateway is a class with one method. On the demonstration machine nothing is sent at all:
the messages are read on a local page.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

DEFAULTS = {
    "sms": "hefu.apps.notices.adapters.FileAdapter",
    "email": "hefu.apps.notices.adapters.MailAdapter",
}


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """What an adapter is given; ``number`` is the message's own, for carriers that want one."""

    number: int
    channel: str
    address: str
    subject: str
    body: str
    refuse_url: str = ""  # of advertising


class Adapter(Protocol):
    """A carrier of messages."""

    def send(self, outgoing: Outgoing) -> None:
        """Hand the message over, within 30 seconds; any exception means it was not taken."""


class MailAdapter:
    """Sends through Django's mail settings (SMTP)."""

    def send(self, outgoing: Outgoing) -> None:
        """Send one plain-text mail; advertising is stopped by one press (RFC 2369, RFC 8058)."""
        headers = {}
        if outgoing.refuse_url:
            headers = {
                "List-Unsubscribe": f"<{outgoing.refuse_url}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
        to = [outgoing.address]
        EmailMessage(outgoing.subject, outgoing.body, to=to, headers=headers).send()


class FileAdapter:
    """Writes each message into ``HEFU_DATA/outbox``, readable by the operator alone."""

    def send(self, outgoing: Outgoing) -> None:
        """Write one file; a repeated one overwrites itself."""
        folder = Path(settings.HEFU_DATA) / "outbox"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{outgoing.number}.{outgoing.channel}.txt"
        path.touch(mode=0o600)
        path.write_text(f"{outgoing.address}\n{outgoing.subject}\n\n{outgoing.body}\n")


def forget_files(numbers: Iterable[int]) -> None:
    """Remove what ``FileAdapter`` wrote for these messages; an operator may have moved it on."""
    folder = Path(settings.HEFU_DATA) / "outbox"
    for number in numbers:
        for channel in DEFAULTS:
            (folder / f"{number}.{channel}.txt").unlink(missing_ok=True)


class ConsoleAdapter:
    """Prints to standard error; for development only, since logs keep what they hear."""

    def send(self, outgoing: Outgoing) -> None:
        """Print one line."""
        sys.stderr.write(f"{outgoing.channel} to {outgoing.address}: {outgoing.body}\n")


class DemoAdapter:
    """Sends nothing; the message stays where the demonstration page shows it."""

    def send(self, outgoing: Outgoing) -> None:
        """Leave the message where it is."""


def adapter_for(channel: str) -> Adapter:
    """Return the carrier of ``channel`` as the operator configured it."""
    if settings.HEFU_DEMO:
        return DemoAdapter()
    configured: dict[str, str] = getattr(settings, "HEFU_NOTICE_ADAPTERS", {})
    adapter: Adapter = import_string({**DEFAULTS, **configured}[channel])()
    return adapter
