"""Refusals before the goods leave: keys, templates, orders, exports, reconciliation.

The tree::

    DomainError
    ├── KeyBurned          the batch's key was burned: order a new batch
    ├── NoSealKey          every key of the brand is burned: make or bring one first
    ├── OrderDiffers       the order number is taken by other content
    ├── BatchDiffers       the batch exists, made otherwise
    ├── BatchFull          more serials than the batch's seal can hold
    ├── ChannelPrinted     the codes show the channel: it stays
    ├── ChannelSettled     all units went to a channel by a shipment
    ├── ChannelChangeWaits another change of the channel is being decided
    ├── ChannelChangeDecided  somebody decided the change before
    ├── CodesWouldRepeat   the template prints the same codes for another batch
    ├── ReferencesUsedUp   no free batch reference was found
    ├── NotWaiting         the order is not waiting for approval (any more)
    ├── NotIssued          nothing to print, export or reconcile yet (or any more)
    ├── DoesNotAdd         printed is not used plus void
    ├── NotReady           the export is not whole yet
    └── FileChanged        the file is not what was sealed
"""

from typing import ClassVar

from hefu.core.errors import DomainError, Kind


class KeyBurned(DomainError):
    """The batch's key was burned; ``details``: key_id, batch. Remedy: a new batch."""

    code = "identity.key_burned"
    kind: ClassVar[Kind] = Kind.CONFLICT


class NoSealKey(DomainError):
    """All keys of the brand are burned; a brand admin makes or imports a new one."""

    code = "identity.no_seal_key"
    kind: ClassVar[Kind] = Kind.CONFLICT


class OrderDiffers(DomainError):
    """The number belongs to an order with other content; ``details``: number, fields."""

    code = "identity.order_differs"
    kind: ClassVar[Kind] = Kind.CONFLICT


class BatchDiffers(DomainError):
    """The batch was made otherwise; ``details``: batch, fields."""

    code = "identity.batch_differs"
    kind: ClassVar[Kind] = Kind.CONFLICT


class BatchFull(DomainError):
    """The batch cannot hold that many; ``details``: field, quantity, left."""

    code = "identity.batch_full"
    kind: ClassVar[Kind] = Kind.CONFLICT


class ChannelPrinted(DomainError):
    """The codes of the batch print its channel; ``details``: batch, channel. Remedy: ship."""

    code = "identity.channel_printed"
    kind: ClassVar[Kind] = Kind.CONFLICT


class ChannelSettled(DomainError):
    """Every unit of the batch was shipped to a channel; ``details``: batch. Remedy: ship again."""

    code = "identity.channel_settled"
    kind: ClassVar[Kind] = Kind.CONFLICT


class ChannelChangeWaits(DomainError):
    """A change of this batch's channel waits for a second person; ``details``: batch."""

    code = "identity.channel_change_waits"
    kind: ClassVar[Kind] = Kind.CONFLICT


class ChannelChangeDecided(DomainError):
    """The change of a channel waits for nobody any more; ``details``: state."""

    code = "identity.channel_change_decided"
    kind: ClassVar[Kind] = Kind.CONFLICT


class CodesWouldRepeat(DomainError):
    """The template does not tell this batch from another one; ``details``: field, batch."""

    code = "identity.codes_would_repeat"
    kind: ClassVar[Kind] = Kind.CONFLICT


class ReferencesUsedUp(DomainError):
    """The installation's 2^20 batch references are (nearly) all taken."""

    code = "identity.references_used_up"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE


class NotWaiting(DomainError):
    """The order is not waiting for approval; ``details['state']`` says where it stands."""

    code = "identity.order_not_waiting"
    kind: ClassVar[Kind] = Kind.CONFLICT


class NotIssued(DomainError):
    """The order has no codes to work on; ``details['state']`` says where it stands."""

    code = "identity.order_not_issued"
    kind: ClassVar[Kind] = Kind.CONFLICT


class DoesNotAdd(DomainError):
    """Printed is not used plus void; ``details``: printed, used, void, difference."""

    code = "identity.does_not_add"


class NotReady(DomainError):
    """The export is still being written, or its job failed; ``details['export']``."""

    code = "identity.export_not_ready"
    kind: ClassVar[Kind] = Kind.CONFLICT


class FileChanged(DomainError):
    """The file is missing or not what was sealed: export again; ``details['export']``."""

    code = "identity.export_changed"
    kind: ClassVar[Kind] = Kind.CONFLICT
