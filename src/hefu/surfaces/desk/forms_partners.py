"""The partners of a campaign as forms (活动伙伴表单): gate, score sheet, funds and their money."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Organisation
from hefu.apps.campaigns.models import PartnerTerms
from hefu.apps.ledger.selectors import FundStanding
from hefu.core.planning.scorecard import HIGHEST, LOWEST, Criterion, Gate, Mark
from hefu.surfaces.desk.promoting.blanks import AmountField, PercentField

CRITERIA: Mapping[Criterion, Promise] = {
    Criterion.AWARENESS: _("How well known it is"),
    Criterion.QUALITY: _("Quality"),
    Criterion.WILLINGNESS: _("Willingness"),
    Criterion.TERMS: _("Terms it offers"),
    Criterion.EXPERIENCE: _("Experience"),
}
_POINTS = [(str(one), str(one)) for one in range(LOWEST, HIGHEST + 1)]
_BRAND = "brand"  # the brand's own value among the partners' numbers


class TermsForm(forms.Form):
    """What kind of campaign it is, how much each criterion counts, and who may be invited."""

    kind = forms.ChoiceField(label=_("Kind of campaign"), choices=PartnerTerms.Kind.choices)
    threshold = AmountField(
        label=_("Points needed in all"), help_text=_("The weighted mean, 1 to 5: 3.20")
    )

    def __init__(self, *given: Any, terms: PartnerTerms | None, gate: Gate, **about: Any) -> None:
        first: dict[str, Any] = {
            "kind": terms.kind if terms else PartnerTerms.Kind.JOINT, "threshold": gate.threshold,
        }  # fmt: skip
        for one in Criterion:
            first[f"weight_{one.value}"] = gate.weights[one] or None
            first[f"floor_{one.value}"] = str(gate.floors.get(one, ""))
        super().__init__(*given, **{**about, "initial": first})
        for one, name in CRITERIA.items():
            self.fields[f"weight_{one.value}"] = PercentField(
                label=_("%(name)s counts, per cent") % {"name": name}, required=False
            )
            self.fields[f"floor_{one.value}"] = forms.ChoiceField(
                label=_("%(name)s: at least") % {"name": name}, required=False,
                choices=[("", _("no least")), *_POINTS],
            )  # fmt: skip

    def gate(self) -> Gate:
        """The gate as it is stated."""
        given = self.cleaned_data
        return Gate(
            weights={one: given[f"weight_{one.value}"] or 0 for one in Criterion},
            threshold=given["threshold"],
            floors={
                one: int(given[f"floor_{one.value}"])
                for one in Criterion
                if given[f"floor_{one.value}"]
            },
        )


class ScoreForm(forms.Form):
    """One's own score sheet."""

    def __init__(self, *given: Any, marks: Mapping[Criterion, Mark] | None, **about: Any) -> None:
        first = {}
        for one, mark in (marks or {}).items():
            first[one.value], first[f"{one.value}_note"] = str(mark.points), mark.note
        super().__init__(*given, **{**about, "initial": first})
        for one, name in CRITERIA.items():
            self.fields[one.value] = forms.ChoiceField(
                label=str(name), choices=[("", _("choose 1 to 5")), *_POINTS]
            )
            self.fields[f"{one.value}_note"] = forms.CharField(
                label=_("%(name)s: why") % {"name": name}, required=False, max_length=300
            )

    def marks(self) -> dict[Criterion, Mark]:
        """The points with their notes."""
        given = self.cleaned_data
        return {
            one: Mark(points=int(given[one.value]), note=given[f"{one.value}_note"].strip())
            for one in Criterion
        }


class FundForm(forms.Form):
    """A new fund: what is to be paid in, and each party's share."""

    name = forms.CharField(label=_("Name of the fund"), max_length=80)
    target = AmountField(label=_("To be paid in, yuan"))

    def __init__(self, *given: Any, partners: Iterable[Organisation], **about: Any) -> None:
        super().__init__(*given, **about)
        self._parties: dict[str, int | None] = {f"share_{_BRAND}": None}
        self.fields[f"share_{_BRAND}"] = PercentField(
            label=_("The brand's share, per cent"), required=False
        )
        for partner in partners:
            field = f"share_{partner.pk}"
            self._parties[field] = partner.pk
            self.fields[field] = PercentField(
                label=_("Share of %(name)s, per cent") % {"name": partner.name}, required=False
            )

    def shares(self) -> list[tuple[int | None, int]]:
        """(organisation ID, basis points) of everybody with a share; None is the brand."""
        return [
            (organisation, self.cleaned_data[field])
            for field, organisation in self._parties.items()
            if self.cleaned_data[field]
        ]


class MoneyForm(forms.Form):
    """Money of a party: paid in, or a cost the fund is asked for."""

    party = forms.ChoiceField(label=_("Whose"))
    amount = AmountField(label=_("Amount, yuan"))
    note = forms.CharField(label=_("For what"), max_length=200, required=False)
    receipt = forms.CharField(label=_("Number of the receipt"), max_length=80, required=False)

    def __init__(self, *given: Any, parties: Sequence[FundStanding], **about: Any) -> None:
        super().__init__(*given, **about)
        field = self.fields["party"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (as declared above)
        field.choices = [
            (str(one.organisation_id or _BRAND), one.name or _("the brand")) for one in parties
        ]

    def organisation_id(self) -> int | None:
        """Whose money it is; None is the brand."""
        said = self.cleaned_data["party"]
        return None if said == _BRAND else int(said)
