"""No new codes without a contract (发码前的合同检查); asked by identity before it issues."""

from datetime import datetime

from django.utils import timezone

from hefu.apps.billing.errors import ContractEnded
from hefu.apps.billing.selectors.contracts import account_on
from hefu.core.metering import Standing


def check_contract(*, brand_id: int, codes: int, now: datetime) -> None:  # noqa: ARG001  (a gate's shape)
    """Refuse new codes when the contract and its grace are over; a brand that never had one may.

    Only issuing asks this. What was issued is answered for ever, whatever was paid.

    Raises:
        ContractEnded: ``details``: ``on``, the last day on which codes were issued; ``contract``.
    """
    account = account_on(brand_id, timezone.localdate(now))
    if account.standing is Standing.ENDED and account.contract is not None:
        raise ContractEnded(on=str(account.issuing_until), contract=account.contract.number)
