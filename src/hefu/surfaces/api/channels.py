"""Sales channels over REST: the words that orders and shipments name."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from hefu.apps.network.selectors import channels_for
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["house"])
VIEW = Permission.CHANNEL_VIEW


class ChannelOut(Schema):
    """A way to market."""

    code: str = Field(examples=["jd"])
    name: str = Field(examples=["京东"])
    kind: str = Field(examples=["marketplace"])
    region: str = Field(description="GB/T 2260 or ISO 3166-2; empty: anywhere")
    partner: str | None = Field(None, alias="organisation.code")
    active: bool


@router.get("", response={200: Page[ChannelOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_channels(request: HttpRequest, query: Annotated[PageQuery, Query()]) -> Any:
    """The brand's channels."""
    rows = channels_for(actor_of(request, VIEW)).select_related("organisation")
    return page_of(rows, query)
