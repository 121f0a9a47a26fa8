"""The tables of docs/integrators/webhooks.md, as the code has them."""

from hefu.apps.notices.webhooks.fields import FIELDS
from hefu.apps.notices.webhooks.types import event_types


def events_table() -> list[str]:
    return [
        f"| `{one.name}` | {one.version} | {one.about} "
        f"| {', '.join(f'`{name}`' for name in one.data)} |"
        for one in event_types().values()
    ]


def fields_table() -> list[str]:
    return [f"| `{name}` | {about} |" for name, about in FIELDS.items()]
