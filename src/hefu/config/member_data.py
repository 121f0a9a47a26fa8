"""Who holds something about members, app by app: one screen.

A new app that refers to members, or seals text of theirs, adds its ``HOLDER`` here; a test walks
all models and names what nobody covers. The order is that of forgetting: what gives coins back
comes before the ledger lets them go, the account itself comes last.
"""

from collections.abc import Mapping

from hefu.apps.campaigns.services import member_data as campaigns
from hefu.apps.community.services import member_data as community
from hefu.apps.identity.services import member_data as identity
from hefu.apps.ledger.services import member_data as ledger
from hefu.apps.members.services import member_data as members
from hefu.apps.notices.services import member_data as notices
from hefu.apps.orders.services import member_data as orders
from hefu.apps.service.services import member_data as service
from hefu.core.personal import Holder

HOLDERS: tuple[Holder, ...] = (
    campaigns.HOLDER,
    orders.HOLDER,
    identity.HOLDER,
    ledger.HOLDER,
    notices.HOLDER,
    service.HOLDER,
    community.HOLDER,
    members.HOLDER,
)

#: Sealed columns of apps that keep nothing about members.
SPARED: Mapping[str, str] = {
    "accounts.signinprovider": "a secret shared with the identity provider of those who work here",
    "accounts.user": "the second factor of somebody who works here",
    "epcis.subscription": "a secret shared with another system",
}
