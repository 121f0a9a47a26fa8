"""Values of query parameters (参数取值), as JSON or an address gives them."""

from datetime import datetime
from typing import Any

from hefu.apps.epcis.errors import BadQuery
from hefu.core.gs1.epcis.findings import moment

MOST_VALUES = 1000  # of one list


def values_of(name: str, value: Any) -> list[str]:
    """The values of a list parameter, as a list or joined by "|".

    Raises:
        BadQuery: there is none, one is no text, or there are more than ``MOST_VALUES``.
    """
    texts = value.split("|") if isinstance(value, str) else value
    if not isinstance(texts, list) or not texts or not all(isinstance(one, str) for one in texts):
        raise BadQuery(field=name, rule="list_of_texts")
    if any("\x00" in one or not one.isprintable() for one in texts):
        raise BadQuery(field=name, rule="control_characters")
    if len(texts) > MOST_VALUES:
        raise BadQuery(field=name, rule="too_many_values")
    return texts


def time(name: str, value: Any) -> datetime:
    """A time with its offset.

    Raises:
        BadQuery: it is none.
    """
    # a "+" that was not escaped in an address arrives as a space
    text = value.replace(" ", "+") if isinstance(value, str) else value
    at = moment(text)
    if at is None:
        raise BadQuery(field=name, rule="time_with_offset")
    return at


def amount(name: str, value: Any) -> float:
    """A number.

    Raises:
        BadQuery: it is none, or not finite.
    """
    if isinstance(value, bool):
        raise BadQuery(field=name, rule="number")
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadQuery(field=name, rule="number") from error
    if number != number or abs(number) == float("inf"):  # noqa: PLR0124  (not a number)
        raise BadQuery(field=name, rule="number")
    return number


def flag(name: str, value: Any) -> bool:
    """Whether an ``EXISTS`` parameter asks for anything: all but "false", as the standard says.

    Raises:
        BadQuery: a text that is no truth value, or something else.
    """
    if value in (None, "", True, 1, "1") or (isinstance(value, str) and value.lower() == "true"):
        return True
    if value is False or (isinstance(value, str) and value.lower() == "false"):
        return False
    raise BadQuery(field=name, rule="true_or_false")
