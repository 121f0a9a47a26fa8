"""Which language a reader gets (语言选择) of those that are there."""

from collections.abc import Iterable, Sequence


def choose_language(available: Iterable[str], wanted: Sequence[str]) -> str | None:
    """Return the available language that suits best, or None if there is none at all.

    ``wanted`` are tags in the reader's order, in any letter case (``zh-hans``, ``en-GB``). For each
    in turn: the same tag, else the longest beginning of it, else one that begins like its
    language (look-up as in RFC 4647, section 3.4). Nobody is sent away: at last the first there is.
    """
    there = list(available)
    folded = {one.lower(): one for one in reversed(there)}
    for tag in wanted:
        parts = tag.lower().replace("_", "-").split("-")
        for length in range(len(parts), 0, -1):
            if (found := folded.get("-".join(parts[:length]))) is not None:
                return found
        for one in there:
            if one.lower().split("-")[0] == parts[0]:
                return one
    return there[0] if there else None
