"""One brand's secret and batch, for all tests of codes."""

from hefu.core import codes

SECRET = bytes(range(32))
BATCH_TEXT = "K7QM"
BATCH = 0b10011_00111_10111_10100  # K, 7, Q, M

CHANNELS = {"jd": "京东", "tb": "淘宝", "sn": "苏宁"}
SAMPLE = "PFFN500512122019jd71WVM8"


def sealer(
    seal: codes.Seal | None = None,
    *,
    key_id: str = "2026-a",
    batch: str = BATCH_TEXT,
    face: codes.Face = codes.Face.OUTER,
) -> codes.Sealer:
    return codes.Sealer(codes.derive_key(SECRET, key_id=key_id, batch=batch, face=face), seal)


def maker_template(**changes) -> codes.Template:
    """The maker's template of the source documents: 8 + 6 + 2 + 2 + 6 characters."""
    parts = {
        "model": codes.ModelSegment(width=8),
        "date": codes.DateSegment(),
        "batch": codes.BatchSegment(),
        "channel": codes.ChannelSegment(names=CHANNELS),
        "seal": codes.SealSegment(),
    } | changes
    sample = parts.pop("sample", "")
    return codes.Template(segments=tuple(parts.values()), sample=sample)
