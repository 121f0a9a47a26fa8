"""Which column of a list is which: headers as people write them, in two languages."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from hefu.core.errors import Invalid


def find_columns(
    headers: Iterable[str],
    names: Mapping[str, Sequence[str]],
    *,
    required: Iterable[str],
    plain: Callable[[str], str],
) -> dict[str, str]:
    """Map our names to the list's headers; of two that mean the same the first counts.

    ``names`` has each name's headers as people write them; ``plain`` takes away what makes no
    difference between two headers.

    Raises:
        Invalid: a required column is missing; ``field`` is the first header it may have.
    """
    known = {plain(alias): name for name, aliases in names.items() for alias in aliases}
    found: dict[str, str] = {}
    for header in headers:
        name = known.get(plain(header))
        if name:
            found.setdefault(name, header)
    for name in required:
        if name not in found:
            raise Invalid(field=names[name][0], rule="missing_column", value=name)
    return found
