"""Templates as plain data: how a brand's template is stored, exported and sent by an API."""

from collections.abc import Mapping
from typing import Any

from hefu.core.codes.alphabet import Alphabet
from hefu.core.codes.errors import BadTemplate
from hefu.core.codes.segments import (
    BatchSegment,
    ChannelSegment,
    DateSegment,
    LiteralSegment,
    ModelSegment,
    SealSegment,
    Segment,
)
from hefu.core.codes.template import Template


def template_to_data(template: Template) -> dict[str, Any]:
    """Describe a template in values that JSON can hold."""
    return {
        "sample": template.sample,
        "segments": [_segment_to_data(part) for part in template.segments],
    }


def template_from_data(data: Mapping[str, Any]) -> Template:
    """Make a template of what ``template_to_data`` wrote, or of what somebody typed.

    Raises:
        BadTemplate: something is missing, unknown or of the wrong type; ``details`` name it.
        AmbiguousTemplate: the template has two readings.
    """
    segments, sample = data.get("segments"), data.get("sample", "")
    if not isinstance(segments, list | tuple) or not isinstance(sample, str):
        raise BadTemplate(field="segments", reason="a list is needed")
    return Template(
        segments=tuple(_segment_from_data(part, at) for at, part in enumerate(segments)),
        sample=sample,
    )


def _segment_to_data(part: Segment) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": part.name}
    match part:
        case ModelSegment():
            data |= {"width": part.width} if part.width else {"models": list(part.models)}
        case DateSegment():
            data["formats"] = list(part.formats)
        case BatchSegment():
            data |= {"widths": list(part.widths), "alphabet": part.alphabet.chars}
        case ChannelSegment():
            data |= {"width": part.width, "names": dict(part.names)}
        case LiteralSegment():
            data["text"] = part.text
        case SealSegment():
            data |= {"chars": part.chars, "alphabet": part.alphabet.chars}
    return data


def _segment_from_data(data: Any, at: int) -> Segment:
    if not isinstance(data, Mapping):
        raise BadTemplate(field="segments", reason="not a segment", at=at)
    fields = {key: value for key, value in data.items() if key != "kind"}
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in _READERS:
        raise BadTemplate(field="kind", reason="unknown", at=at, value=str(kind))
    maker, types = _READERS[kind]
    for key, value in fields.items():
        if key not in types or not _fits(value, types[key]):
            raise BadTemplate(field=str(key), reason="unknown or of the wrong type", at=at)
    if "alphabet" in fields:
        try:
            fields["alphabet"] = Alphabet(chars=fields["alphabet"])
        except ValueError:
            raise BadTemplate(field="alphabet", reason="repeated characters", at=at) from None
    tuples = {key: tuple(value) for key, value in fields.items() if isinstance(value, list | tuple)}
    try:
        segment: Segment = maker(**fields | tuples)
    except TypeError:
        raise BadTemplate(field=kind, reason="incomplete", at=at) from None
    return segment


def _fits(value: Any, kind: type | tuple[type, type]) -> bool:
    if isinstance(kind, tuple):
        return isinstance(value, list | tuple) and all(_fits(item, kind[1]) for item in value)
    if kind is dict:
        return isinstance(value, Mapping) and all(
            isinstance(item, str) for pair in value.items() for item in pair
        )
    return isinstance(value, kind) and not isinstance(value, bool)


#: What each kind is made by, and the type of each field; (list, type) is a list of that type.
_READERS: dict[str, tuple[type[Any], dict[str, type | tuple[type, type]]]] = {
    "model": (ModelSegment, {"width": int, "models": (list, str)}),
    "date": (DateSegment, {"formats": (list, str)}),
    "batch": (BatchSegment, {"widths": (list, int), "alphabet": str}),
    "channel": (ChannelSegment, {"width": int, "names": dict}),
    "literal": (LiteralSegment, {"text": str}),
    "seal": (SealSegment, {"chars": int, "alphabet": str}),
}
