"""The ways to take money (支付通道): a provider asks the buyer, tells us, and pays back.

A provider is an object with the four methods of ``Provider``, registered in ``PROVIDERS`` under
its name. The order says what is to be paid; the provider's notification, whose signature only the
adapter can judge, says what was. We believe nothing that comes with the buyer's browser.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from hefu.apps.orders.errors import SignatureWrong
from hefu.core.privacy import derive_key

SIGNATURE = "X-Signature"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """What a buyer is to pay: ``reference`` is unique for the provider, for ever."""

    reference: str
    amount: int  # minor units
    currency: str
    subject: str  # what the provider's page shows
    return_url: str  # where the buyer's browser comes back to
    notify_url: str  # where the provider tells us
    only: str = ""  # the one means that may pay it, of ``Provider.ways``; "": any


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a provider's genuine notification says; it may come several times, late, or never."""

    reference: str
    taken: bool  # False: refused or given up
    amount: int
    currency: str
    way: str = ""  # what paid it, of ``Provider.ways``


@dataclass(frozen=True, kw_only=True, slots=True)
class PayBack:
    """Money to return: ``key`` is the same however often we ask, so that it is paid back once."""

    key: str
    reference: str  # of the payment it came with
    amount: int
    currency: str


class Provider(Protocol):
    """A payment provider's adapter.

    ``ways`` are the means that its page can be held to (支付方式), in the order in which they are
    offered; prices may depend on them. Empty: it cannot be held to any.
    """

    @property
    def ways(self) -> tuple[str, ...]:
        """See above."""

    def new_reference(self) -> str:
        """Draw the reference of a new payment."""

    def page_for(self, ask: Ask) -> str:
        """Return the address of the page on which the buyer pays."""

    def read(self, body: bytes, headers: Mapping[str, str]) -> Told:
        """Check and read a notification.

        Raises:
            SignatureWrong: it is not the provider's.
        """

    def pay_back(self, back: PayBack) -> bool:
        """Return money, within 30 seconds; False: refused for good. Any exception: ask again."""


class TestProvider:
    """A provider without money: its page, ours, has a button for everything that can happen.

    It signs its notifications as real ones do, so that all of the way is walked.
    """

    __test__ = False  # to pytest: not a test
    ways = ("wechat", "alipay", "card", "instalment")

    def new_reference(self) -> str:
        """See ``Provider``."""
        return f"T{secrets.token_hex(12)}"

    def page_for(self, ask: Ask) -> str:
        """See ``Provider``; the mall's own page shows what is asked."""
        return f"/mall/test-payment/{ask.reference}/"

    def notification(self, told: Told) -> tuple[bytes, dict[str, str]]:
        """Write what this provider would send: body and headers."""
        body = json.dumps(
            {
                "reference": told.reference, "taken": told.taken, "amount": told.amount,
                "currency": told.currency, "way": told.way,
            }
        ).encode()  # fmt: skip
        return body, {SIGNATURE: _sign(body)}

    def read(self, body: bytes, headers: Mapping[str, str]) -> Told:
        """See ``Provider``."""
        if not hmac.compare_digest(_sign(body), headers.get(SIGNATURE, "")):
            raise SignatureWrong(provider="test")
        said = json.loads(body)
        return Told(
            reference=str(said["reference"]), taken=bool(said["taken"]),
            amount=int(said["amount"]), currency=str(said["currency"]), way=str(said["way"]),
        )  # fmt: skip

    def pay_back(self, back: PayBack) -> bool:  # noqa: ARG002 - nothing was taken
        """See ``Provider``; there is no money to move."""
        return True


def _sign(body: bytes) -> str:
    key = derive_key(bytes.fromhex(settings.HEFU_MASTER_KEY), "hefu test payments v1")
    return hmac.new(key, body, hashlib.sha256).hexdigest()


#: Every provider this installation knows, by the name a mall's settings choose.
PROVIDERS: dict[str, Provider] = {"test": TestProvider()}
