"""Digital product passports over REST (数字产品护照): JSON-LD by who reads it."""

import json
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from hefu.apps.epcis.selectors.passport import Audience, passport_of
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import CodeText
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["passports"])
VIEW = Permission.CODE_VIEW
LD_JSON = {"responses": {200: {"content": {"application/ld+json": {"schema": {"type": "object"}}}}}}


class PassportQuery(Schema):
    """Whose passport, and for whom."""

    code: CodeText
    audience: Literal["public", "trade", "authority"] = Field("public")


@router.get("", response={200: None, **REFUSALS}, openapi_extra={**needs(VIEW), **LD_JSON})
def get_passport(request: HttpRequest, query: Annotated[PassportQuery, Query()]) -> HttpResponse:
    """The passport of a unit as JSON-LD, with the fields its reader may see.

    `authority` needs `audit:entry:view` too.
    """
    body = passport_of(actor_of(request, VIEW), query.code, Audience(query.audience))
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text, content_type="application/ld+json")
