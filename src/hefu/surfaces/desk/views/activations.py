"""Activations (激活): how many, when, through which channel, in which province."""

from django.http.response import HttpResponseBase

from hefu.apps.identity.selectors.activations import activations_for
from hefu.core.permissions import Permission
from hefu.surfaces.desk.frame import DeskRequest, page
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.tables_house import ActivationsTable


@page(Permission.ACTIVATION_VIEW)
def activations(request: DeskRequest) -> HttpResponseBase:
    """List the activations."""
    table = ActivationsTable(activations_for(request.actor))
    return list_page(request, "desk/activations.html", table, name="activations")
