"""What is kept about identity codes; a unit has no row until something happens to it."""

from hefu.apps.identity.models.channels import ChannelChange
from hefu.apps.identity.models.issue import (
    Batch,
    CodeTemplate,
    Download,
    Export,
    ProductionOrder,
    SealKey,
    SerialRange,
)
from hefu.apps.identity.models.life import (
    Activation,
    Appeal,
    TransferOffer,
    WarrantyFact,
)
from hefu.apps.identity.models.units import (
    Containment,
    ExternalSerial,
    GuessAlarm,
    Mark,
    Scan,
    Unit,
)

__all__ = [
    "Activation",
    "Appeal",
    "Batch",
    "ChannelChange",
    "CodeTemplate",
    "Containment",
    "Download",
    "Export",
    "ExternalSerial",
    "GuessAlarm",
    "Mark",
    "ProductionOrder",
    "Scan",
    "SealKey",
    "SerialRange",
    "TransferOffer",
    "Unit",
    "WarrantyFact",
]
