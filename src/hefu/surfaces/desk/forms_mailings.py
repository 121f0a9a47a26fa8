"""Forms of marketing messages (营销消息): words, whom they go to, and the brand's own measure."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hefu.apps.campaigns.models import Mailing, MailingRules
from hefu.apps.campaigns.selectors.audiences import Audience, audience_of
from hefu.apps.campaigns.selectors.mailings import texts_of
from hefu.apps.campaigns.services.mailings import MailingDraft
from hefu.apps.catalog.models import Product
from hefu.apps.catalog.selectors import products_for
from hefu.core.actor import Actor
from hefu.core.mailings import BODY_CHARS, SUBJECT_CHARS, Channel, Words
from hefu.surfaces.desk.forms_coupons import EVERYBODY, NEWCOMERS, OWNERS
from hefu.surfaces.desk.forms_orders import WholeNumber

CHANNELS: tuple[tuple[Channel, Promise], ...] = (
    (Channel.EMAIL, _("E-mail")),
    (Channel.SMS, _("SMS")),
    (Channel.INBOX, _("On the member's page")),
)
_EVER = timedelta(days=36_500)
_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
_ZONES = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Tokyo", "Europe/Berlin",
    "Europe/London", "America/New_York", "America/Los_Angeles", "UTC",
)  # fmt: skip


def _body(label: Any, **about: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 5})
    return forms.CharField(label=label, max_length=max(BODY_CHARS.values()), widget=area, **about)


class MailingForm(forms.Form):
    """A message as its writer states it."""

    title = forms.CharField(
        label=_("Title"), max_length=80, help_text=_("For the desk; members do not see it.")
    )
    channel = forms.ChoiceField(label=_("How it travels"), choices=CHANNELS)
    to = forms.ChoiceField(
        label=_("For whom"), widget=forms.RadioSelect, initial=EVERYBODY,
        choices=[
            (EVERYBODY, _("All members")),
            (OWNERS, _("Members who activated one of these products")),
            (NEWCOMERS, _("Members who joined within the last days")),
        ],
        help_text=_("Of them it reaches only who agreed to news and offers."),
    )  # fmt: skip
    products: "forms.ModelMultipleChoiceField[Product]" = forms.ModelMultipleChoiceField(
        label=_("Products"), queryset=None, required=False,
        help_text=_("For owners; none chosen means any product."),
    )  # fmt: skip
    days = WholeNumber(
        label=_("Days since joining"), min_value=1, max_value=3650, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("For newcomers."),
    )  # fmt: skip
    subject_zh = forms.CharField(
        label=_("Subject, Chinese"), max_length=SUBJECT_CHARS, required=False,
        help_text=_("Not for SMS. “Advertising” is put before it by itself."),
    )  # fmt: skip
    body_zh = _body(
        _("Text, Chinese"),
        help_text=_(
            "{name} and {brand} are filled in. Sender, contact and the way to refuse are added."
        ),
    )
    subject_en = forms.CharField(
        label=_("Subject, English"), max_length=SUBJECT_CHARS, required=False
    )
    body_en = _body(
        _("Text, English"), required=False,
        help_text=_("For members who read English; without it they get the Chinese one."),
    )  # fmt: skip
    planned_at = forms.DateTimeField(
        label=_("Not before"), required=False, widget=_MOMENT,
        help_text=_("Empty: as soon as a second person agreed. Quiet hours hold it to their end."),
    )  # fmt: skip
    waiver = forms.CharField(
        label=_("Why an absolute word may stand here"), max_length=200, required=False,
        help_text=_("Only where the text has one, such as “best”; the second person reads it."),
    )  # fmt: skip

    def __init__(self, actor: Actor, *arguments: Any, **about: Any) -> None:
        super().__init__(*arguments, **about)
        products = self.fields["products"]
        assert isinstance(products, forms.ModelMultipleChoiceField)  # noqa: S101  (as declared above)
        products.queryset = products_for(actor)

    def clean(self) -> dict[str, Any]:
        """Newcomers need a number."""
        cleaned = super().clean() or {}
        if cleaned.get("to") == NEWCOMERS and not cleaned.get("days"):
            self.add_error("days", _("Within how many days?"))
        return cleaned

    def draft(self, now: datetime) -> MailingDraft:
        """The message as stated; English only where something is written in it."""
        given = self.cleaned_data
        texts = {"zh-hans": Words(subject=given["subject_zh"], body=given["body_zh"])}
        if given["body_en"].strip() or given["subject_en"].strip():
            texts["en"] = Words(subject=given["subject_en"], body=given["body_en"])
        return MailingDraft(
            title=given["title"], channel=Channel(given["channel"]), texts=texts,
            audience=self._audience(now), planned_at=given["planned_at"], waiver=given["waiver"],
        )  # fmt: skip

    def _audience(self, now: datetime) -> Audience:
        chosen = self.cleaned_data
        if chosen["to"] == OWNERS:
            products = tuple(chosen["products"].order_by("pk").values_list("pk", flat=True))
            return Audience(products=products, activated_since=None if products else now - _EVER)
        if chosen["to"] == NEWCOMERS:
            return Audience(joined_since=now - timedelta(days=chosen["days"]))
        return Audience()


def stated(mailing: Mailing) -> dict[str, Any]:
    """What the form says of a mailing that is there."""
    document, texts = mailing.document, texts_of(mailing.document)
    audience = audience_of(document["audience"])
    said: dict[str, Any] = {
        "title": mailing.title, "channel": mailing.channel, "waiver": document["waiver"],
        "planned_at": timezone.localtime(mailing.planned_at) if mailing.planned_at else None,
        "to": EVERYBODY, "products": audience.products,
    }  # fmt: skip
    if audience.products or audience.activated_since:
        said["to"] = OWNERS
    elif audience.joined_since:
        said |= {"to": NEWCOMERS, "days": (mailing.written_at - audience.joined_since).days}
    for language, words in texts.items():
        said |= {f"subject_{language[:2]}": words.subject, f"body_{language[:2]}": words.body}
    return said


def _times(label: Any) -> WholeNumber:
    return WholeNumber(
        label=label, min_value=0, max_value=50, widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off"}
        ),
    )  # fmt: skip


def _clock(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class RulesForm(forms.Form):
    """How often, when not, and where the brand is reached."""

    email_week = _times(_("E-mails a member and week"))
    sms_week = _times(_("SMS a member and week"))
    inbox_week = _times(_("Messages on the member's page, a week"))
    quiet_from = _clock(_("Quiet from"))
    quiet_until = _clock(_("Quiet until"))
    zone = forms.ChoiceField(label=_("By the clock of"))
    contact = forms.CharField(
        label=_("Where you are reached"), max_length=120, required=False,
        help_text=_("An e-mail or a postal address. Empty: the trader's contact of the brand."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, rules: MailingRules, **about: Any) -> None:
        names = ("email_week", "sms_week", "inbox_week", "quiet_from", "quiet_until", "zone",
                 "contact")  # fmt: skip
        about["initial"] = {name: getattr(rules, name) for name in names}
        super().__init__(*arguments, **about)
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101  (as declared above)
        zone.choices = [(one, one) for one in dict.fromkeys((rules.zone, *_ZONES))]
