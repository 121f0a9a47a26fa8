"""The tables of members: who they are, what they agreed to, what they may ask of us."""

from hefu.apps.members.models.people import (
    Belonging,
    CodeLimit,
    Consent,
    ConsentText,
    Member,
    OneTimeCode,
    Standing,
)
from hefu.apps.members.models.rights import (
    Age,
    Closing,
    DataExport,
    DataRequest,
    KeptRecord,
    ListExport,
    Record,
    SignIn,
)

__all__ = [
    "Age",
    "Belonging",
    "Closing",
    "CodeLimit",
    "Consent",
    "ConsentText",
    "DataExport",
    "DataRequest",
    "KeptRecord",
    "ListExport",
    "Member",
    "OneTimeCode",
    "Record",
    "SignIn",
    "Standing",
]
