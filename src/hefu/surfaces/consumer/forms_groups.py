"""The form of a place in a group: where the piece goes, and how many coins shall pay."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hefu.surfaces.consumer.forms_mall import ReceiverForm


class PlaceForm(ReceiverForm):
    """Who gets the piece; coins are asked for where the member has any."""

    coins = forms.IntegerField(
        label=_("C-coins to use"), min_value=0, max_value=10**12, required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "enterkeyhint": "done"}),
    )  # fmt: skip

    def __init__(self, *args: Any, coins: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has = coins
        if coins:
            self.fields["coins"].help_text = _("You have %(count)s.") % {"count": coins}
        else:
            del self.fields["coins"]
