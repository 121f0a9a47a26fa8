"""Calls that leave the house (外呼): one checked way to an address that somebody typed in.

Webhooks, subscribers of events and identity providers are addresses of other people. Whoever can
have us call an address could have us call what only we can reach: so a name is looked up once,
every number it has is checked, and the connection goes to the number that was checked, whatever
the name says a moment later. Redirects are not followed, and nobody keeps us beyond the deadline.
"""

from hefu.outward.addresses import BadAddress, read_address
from hefu.outward.sending import DEADLINE, Answer, NotAnswered, send

__all__ = ["DEADLINE", "Answer", "BadAddress", "NotAnswered", "read_address", "send"]
