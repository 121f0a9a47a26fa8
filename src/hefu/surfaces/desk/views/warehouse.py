"""The warehouse (仓库出库): send a reader's file, see what became of it, mend what was refused."""

from pathlib import Path

from django import forms
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tables2 import Column, Table

from hefu.apps.epcis.models import Outbound
from hefu.apps.epcis.selectors.queries import outbounds_for
from hefu.apps.epcis.services import outbound
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.desk.forms import put_refusal, sent, whole_number
from hefu.surfaces.desk.frame import DeskRequest, page
from hefu.surfaces.desk.lists import list_page
from hefu.surfaces.desk.shown import NOTHING, trail
from hefu.surfaces.desk.tables_codes import NumberColumn, WhenColumn
from hefu.surfaces.streams import kept_file


class OutboundForm(forms.Form):
    """A file of a hand-held reader."""

    file = forms.FileField(
        label=gettext_lazy("File of the reader"),
        help_text=gettext_lazy(
            "Order, customer number, carton; then time and warehouse if you have them. With or "
            "without a first row of names; TXT, CSV or xlsx."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".txt,.csv,.xlsx"}),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty."),
        },
    )


class OutboundTable(Table):  # type: ignore[misc]  # django-tables2 has no types
    """Files that were sent, and what became of their lines."""

    file_name = Column(verbose_name=gettext_lazy("File"))
    shipped = NumberColumn(verbose_name=gettext_lazy("Cartons that left"))
    units = NumberColumn(verbose_name=gettext_lazy("Units that left"))
    repeated = NumberColumn(verbose_name=gettext_lazy("Told before"))
    refused = NumberColumn(verbose_name=gettext_lazy("Refused"))
    created_at = WhenColumn(verbose_name=gettext_lazy("Sent"))

    class Meta:
        model = Outbound
        fields = ("file_name", "shipped", "units", "repeated", "refused", "created_at")
        attrs = {"caption": gettext_lazy("Outbound files")}
        default = NOTHING

    def render_refused(self, value: int, record: Outbound) -> str:
        """Link to the refused lines, where there are some."""
        if not value:
            return "0"
        address = f"{reverse('desk:warehouse_errors')}?file={record.pk}"
        return format_html('<a href="{}" download>{}</a>', address, value)

    def value_refused(self, value: int) -> int:
        """Export the number alone."""
        return value


@page(Permission.UNIT_MANAGE)
def warehouse(request: DeskRequest) -> HttpResponseBase:
    """Take a file; below it, what was sent before."""
    form = OutboundForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            outbound.upload(request.actor, file=file, file_name=file.name or "", now=timezone.now())
        except DomainError as refusal:
            put_refusal(form, refusal)
        else:
            return HttpResponseRedirect(reverse("desk:warehouse"))
    answer = list_page(
        request, "desk/warehouse.html", OutboundTable(outbounds_for(request.actor)),
        name="outbound", context={"form": form}, crumbs=trail(end=_("Warehouse")),
    )  # fmt: skip
    if form.errors:
        answer.status_code = 422
    return answer


@page(Permission.UNIT_MANAGE)
def refused_lines(request: DeskRequest) -> HttpResponseBase:
    """Hand out the lines that could not be taken, with the reasons in front of them."""
    number = whole_number(request.GET.get("file", ""))
    row = outbounds_for(request.actor).filter(pk=number or 0).first()
    if row is None:
        raise NotFound
    return kept_file(request, row.error_path, name=f"{Path(row.file_name).stem}-refused.csv")
