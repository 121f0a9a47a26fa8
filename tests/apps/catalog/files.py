"""Files as people upload them, made on the spot by other tools than the house reads them with."""

import io
import struct

from PIL import Image
from reportlab.pdfgen import canvas


def picture(kind: str = "JPEG", size: tuple[int, int] = (1600, 1200), **options) -> bytes:
    """A picture with something on it: plain colours would weigh nothing."""
    image = Image.radial_gradient("L").resize(size).convert("RGB")
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def manual(words: str = "manual", *, pages: int = 1) -> bytes:
    buffer = io.BytesIO()
    drawn = canvas.Canvas(buffer, invariant=True)
    for page in range(pages):
        drawn.drawString(72, 720, f"{words} {page + 1}")
        drawn.showPage()
    drawn.save()
    return buffer.getvalue()


def padded_manual(size: int) -> bytes:
    """A manual of about ``size`` bytes, as one with photographs is: streams that do not shrink."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject

    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    block = bytes(range(256)) * 4096
    for _ in range(size // len(block) + 1):
        stream = DecodedStreamObject()
        stream.set_data(block)
        writer._add_object(stream)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def film(*, seconds: int = 12, turned: bool = False, body: int = 2000) -> bytes:
    """A film as ISO/IEC 14496-12 writes one down; its pictures are noise."""
    upright, aside = (0, 0x10000) if turned else (0x10000, 0)
    matrix = struct.pack(
        ">9i", upright, aside, 0, -aside, upright, 0, 0, 0, 0x40000000
    )  # fmt: skip
    track = b"\0\0\0\7" + bytes(20) + bytes(16) + matrix + struct.pack(">II", 1280 << 16, 720 << 16)
    handler = bytes(8) + b"vide" + bytes(12) + b"\0"
    head = bytes(4) + struct.pack(">IIII", 0, 0, 1000, seconds * 1000) + bytes(80)
    moov = box(
        b"moov",
        box(b"mvhd", head)
        + box(b"trak", box(b"tkhd", track) + box(b"mdia", box(b"hdlr", handler))),
    )
    return box(b"ftyp", b"isom\0\0\2\0isomavc1") + moov + box(b"mdat", b"\x55" * body)
