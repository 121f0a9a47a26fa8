"""What a member owns."""

from hefu.surfaces.consumer.site import Visit


def owned_url(visit: Visit, unit_id: int) -> str:
    return ""
