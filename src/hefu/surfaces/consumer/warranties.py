"""How a warranty was reckoned (保修计算), step by step, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hefu.core.clocks.warranty import Basis, Card, Step, StepCode
from hefu.surfaces.consumer.results import day_text

_BASES = {
    Basis.ACTIVATION: gettext_lazy(
        "It begins with the activation, until a receipt or a delivery note shows another day."
    ),
    Basis.DELIVERY: gettext_lazy("It begins with the delivery on %(on)s."),
    Basis.INSTALLATION: gettext_lazy("It begins with the installation on %(on)s."),
    Basis.REPLACEMENT: gettext_lazy("It begins with the replacement on %(on)s."),
}
_STEPS = {
    StepCode.ACTIVATION_ADDED: gettext_lazy("Activation added %(amount)s months."),
    StepCode.ACTIVATION_TOO_LATE: gettext_lazy(
        "Activation came after the end and could not add any months."
    ),
    StepCode.FORMER_END_KEPT: gettext_lazy("The earlier term ends later, so its end is kept."),
    StepCode.MOVED_TO_WORKING_DAY: gettext_lazy(
        "The last day would be a holiday: moved to the next working day."
    ),
    StepCode.NO_START_KNOWN: gettext_lazy(
        "No first day is known yet. A receipt shows it; your rights hold all the same."
    ),
    StepCode.NOT_ACTIVATED: gettext_lazy("Activating would add %(amount)s months."),
    StepCode.PAUSED: gettext_lazy("Repair from %(on)s to %(until)s: %(amount)s days added."),
    StepCode.PAUSE_OPEN: gettext_lazy("In repair since %(on)s: the warranty waits."),
    StepCode.REPAIR_AFTER_END: gettext_lazy("Repair on %(on)s, after the end: no days added."),
    StepCode.REPAIR_OUT_ALONE: gettext_lazy(
        "A return from repair on %(on)s without a beginning was left out."
    ),
    StepCode.REPLACEMENT_BEFORE_START: gettext_lazy(
        "A replacement on %(on)s, before the beginning, was left out."
    ),
    StepCode.RESTARTED: gettext_lazy("Replaced on %(on)s: %(amount)s months from then."),
    StepCode.TERM: gettext_lazy("The maker promises %(amount)s months."),
}


def explanation(card: Card) -> list[str]:
    """Return one sentence per step, in the order of the reckoning."""
    return [_sentence(step, card) for step in card.steps]


def _sentence(step: Step, card: Card) -> str:
    text = _STEPS.get(step.code)
    if step.code is StepCode.STARTED and card.basis is not None:
        text = _BASES[card.basis]
    values = {
        "on": day_text(step.on) if step.on else "", "amount": step.amount,
        "until": day_text(step.until) if step.until else "",
    }  # fmt: skip
    return str(text) % values if text else _("See the maker's terms.")
