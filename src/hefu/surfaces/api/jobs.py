"""Long work over REST: how far it is."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.audit.selectors import jobs_for
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import RowId
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["house"])
VIEW = Permission.JOB_VIEW


class JobOut(Schema):
    """One piece of long work."""

    id: int = Field(alias="pk")
    kind: str = Field(examples=["identity.export"])
    state: str = Field(description="queued, running, done, failed", examples=["running"])
    percent: int
    done: int
    total: int
    error: str
    created_at: datetime
    finished_at: datetime | None


@router.get("", response={200: Page[JobOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_jobs(request: HttpRequest, query: Annotated[PageQuery, Query()]) -> Any:
    """The brand's jobs, newest first."""
    return page_of(jobs_for(actor_of(request, VIEW)), query)


@router.get("{id}", response={200: JobOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_job(request: HttpRequest, id: Path[RowId]) -> Any:  # noqa: A002  (as in the address)
    """One job: how far it is."""
    job = jobs_for(actor_of(request, VIEW)).filter(pk=id).first()
    if job is None:
        raise NotFound
    return job
