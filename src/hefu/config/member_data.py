"""Who holds something about members, app by app: one screen.

A new app that refers to members, or seals text of theirs, adds its ``HOLDER`` here; a test walks
all models and names what nobody covers. The order is that of forgetting: what gives coins back
comes before the ledger lets them go, the account itself comes last.
"""

from collections.abc import Mapping

from hefu.apps.campaigns import member_data as campaigns
from hefu.apps.community import member_data as community
from hefu.apps.identity import member_data as identity
from hefu.apps.ledger import member_data as ledger
from hefu.apps.members import member_data as members
from hefu.apps.notices import member_data as notices
from hefu.apps.orders import member_data as orders
from hefu.apps.service import member_data as service
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
