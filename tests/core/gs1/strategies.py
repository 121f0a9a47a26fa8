"""Valid messages for property tests, built from the identifier table itself."""

from hypothesis import strategies as st

from hefu.core import gs1
from hefu.core.gs1.syntax import CHECKERS

RULES = gs1.Rules(associations=False)
#: Identifiers whose values can be drawn at random and completed by a check digit.
DRAWABLE = sorted(
    ai
    for ai, identifier in gs1.IDENTIFIERS.items()
    if not {name for part in identifier.parts for name in part.linters}
    - {"csum", "gcppos1", "gcppos2", "nonzero", "yesno", "nozeroprefix", "hyphen", "pcenc"}
)
ATTRIBUTES = [ai for ai in DRAWABLE if gs1.IDENTIFIERS[ai].attribute]
KEYS = [ai for ai in DRAWABLE if gs1.IDENTIFIERS[ai].primary_key]
#: Of each key, the qualifiers in their order: none, or as many as can be drawn.
QUALIFIERS = {
    key: [(), *(tuple(ai for ai in order if ai in DRAWABLE) for order in found.qualifiers)]
    for key, found in gs1.IDENTIFIERS.items()
    if found.primary_key
}
ALPHABETS = {
    "n": "0123456789",
    "x": "!\"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz",
    "y": "#-/0123456789ABCXYZ",
    "z": "ABCabc0123456789_-",
}


@st.composite
def values(draw, ai):
    """A value that fits ``ai``."""
    text = ""
    for part in gs1.IDENTIFIERS[ai].parts:
        if part.optional and draw(st.booleans()):
            break
        least = part.most if part.least == part.most else part.least
        piece = draw(st.text(ALPHABETS[part.kind], min_size=least, max_size=part.most))
        if "csum" in part.linters:
            piece = piece[:-1] + gs1.check_digit(piece[:-1])
        text += piece
    return text


@st.composite
def messages(draw, *, most=5, keyed=False):
    """A message of different identifiers, each value right by itself; ``keyed``: fit for a link."""
    others = st.sampled_from(ATTRIBUTES if keyed else DRAWABLE)
    ais = draw(st.lists(others, min_size=1, max_size=most, unique=True))
    if keyed:
        key = draw(st.sampled_from(KEYS))
        ais = [key, *draw(st.sampled_from(QUALIFIERS[key])), *ais]
        ais = list(dict.fromkeys(ais))
    elements = []
    for ai in ais:
        value = draw(values(ai).filter(CHECKERS[ai].fits))
        elements.append(gs1.Element(ai=ai, value=value))
    return gs1.Message(elements=tuple(elements))
