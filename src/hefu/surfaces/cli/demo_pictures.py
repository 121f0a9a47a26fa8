"""Pictures and manuals of the demonstration's products, drawn here so that nobody's are copied."""

import io
from collections.abc import Sequence
from datetime import date

from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.pagesizes import A5
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]

_SIZE = (1600, 1200)
_ROOM, _FLOOR = (244, 236, 224), (222, 208, 190)
_CREAM, _SHADE, _EDGE = (250, 246, 238), (214, 203, 187), (176, 163, 146)
_GLASS, _LIGHT, _COPPER = (38, 40, 46), (255, 214, 160), (180, 73, 43)
_FONT = "STSong-Light"  # one of the fonts that every PDF reader brings along


def front() -> bytes:
    """A rice cooker from the front, in a bright room."""
    image = _room()
    _shadow(image, (420, 930, 1180, 1010))
    body = (430, 360, 1170, 970)
    _solid(image, body, 150, _CREAM, _SHADE)
    lid = (450, 300, 1150, 520)
    _solid(image, lid, 105, (255, 252, 246), (226, 216, 201))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((446, 506, 1154, 520), 7, fill=_EDGE)
    draw.rounded_rectangle((745, 262, 855, 316), 26, fill=(232, 223, 209), outline=_EDGE, width=3)
    draw.ellipse((782, 276, 818, 296), fill=_EDGE)
    _display(image, (560, 610, 1040, 780))
    draw.rounded_rectangle((700, 488, 900, 540), 24, fill=_COPPER)
    draw.rounded_rectangle((480, 950, 600, 985), 12, fill=_EDGE)
    draw.rounded_rectangle((1000, 950, 1120, 985), 12, fill=_EDGE)
    return _jpeg(image)


def panel() -> bytes:
    """The controls close up."""
    image = Image.new("RGB", _SIZE)
    _fade(image, (0, 0, *_SIZE), _CREAM, _SHADE)
    _display(image, (170, 230, 1430, 640))
    draw = ImageDraw.Draw(image)
    _shadow(image, (630, 1030, 970, 1090))
    for radius, colour in ((190, _EDGE), (180, (238, 230, 217)), (128, (250, 246, 238))):
        draw.ellipse((800 - radius, 880 - radius, 800 + radius, 880 + radius), fill=colour)
    draw.rounded_rectangle((792, 710, 808, 780), 8, fill=_COPPER)
    for left, words in ((280, "-"), (1180, "+")):
        draw.ellipse((left, 810, left + 140, 950), fill=(244, 238, 227), outline=_EDGE, width=4)
        draw.text((left + 70, 880), words, _EDGE, _digits(80), anchor="mm")
    return _jpeg(image)


def lid() -> bytes:
    """The inner lid, taken off and lying on a table."""
    image = _room()
    _shadow(image, (330, 830, 1270, 960))
    draw = ImageDraw.Draw(image)
    for inset, colour in (
        (0, (150, 152, 156)), (14, (214, 216, 219)), (70, (190, 193, 197)), (80, (226, 228, 230)),
    ):  # fmt: skip
        draw.ellipse((320 + inset, 300 + inset, 1280 - inset, 900 - inset * 6 // 10), fill=colour)
    for at in range(520, 1090, 95):
        draw.ellipse((at, 660, at + 26, 680), fill=(168, 171, 176))
    draw.ellipse((690, 430, 910, 560), fill=(158, 161, 166))
    draw.ellipse((704, 438, 896, 548), fill=(240, 241, 242))
    draw.ellipse((770, 478, 830, 512), fill=_COPPER)
    for left in (300, 1230):
        draw.rounded_rectangle((left, 560, left + 70, 640), 20, fill=(110, 112, 117))
    return _jpeg(image)


def manual(title: str, label: str, issued_on: date, lines: Sequence[str]) -> bytes:
    """A manual of two pages: its cover, and what it says."""
    registerFont(UnicodeCIDFont(_FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A5, invariant=True)
    canvas.setTitle(title)
    width, height = A5
    canvas.setFillColorRGB(*(part / 255 for part in _COPPER))
    canvas.rect(0, height - 120, width, 120, stroke=0, fill=1)
    canvas.setFillColorRGB(0.1, 0.1, 0.1)
    canvas.setFont(_FONT, 20)
    canvas.drawString(40, height - 190, title)
    canvas.setFont(_FONT, 12)
    canvas.drawString(40, height - 220, f"{label} · {issued_on:%Y-%m-%d}")
    canvas.showPage()
    canvas.setFont(_FONT, 12)
    for number, line in enumerate(lines, start=1):
        canvas.drawString(40, height - 40 - 28 * number, f"{number}  {line}")
    canvas.save()
    return buffer.getvalue()


def _room() -> Image.Image:
    image = Image.new("RGB", _SIZE)
    _fade(image, (0, 0, 1600, 860), _ROOM, (236, 225, 209))
    _fade(image, (0, 860, 1600, 1200), _FLOOR, (206, 190, 170))
    return image


def _fade(image: Image.Image, box: Box, top: Colour, bottom: Colour) -> None:
    left, upper, right, lower = box
    ramp = Image.linear_gradient("L").resize((right - left, lower - upper))
    size = (right - left, lower - upper)
    filled = Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp)
    image.paste(filled, (left, upper))


def _solid(image: Image.Image, box: Box, radius: int, top: Colour, bottom: Colour) -> None:
    """A rounded body, lit from above and a little from the left."""
    size = (box[2] - box[0], box[3] - box[1])
    face = Image.new("RGB", size)
    _fade(face, (0, 0, *size), top, bottom)
    side = Image.linear_gradient("L").rotate(90).resize(size).point(lambda value: value // 5)
    face = Image.composite(Image.new("RGB", size, _EDGE), face, side)
    mask = Image.new("L", (size[0] * 2, size[1] * 2))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *(2 * one for one in size)), radius * 2, fill=255)
    image.paste(face, box[:2], mask.resize(size))


def _display(image: Image.Image, box: Box) -> None:
    draw = ImageDraw.Draw(image)
    height = box[3] - box[1]
    draw.rounded_rectangle(box, height // 4, fill=_GLASS)
    middle = ((box[0] + box[2]) // 2, (box[1] + box[3]) // 2)
    draw.text(middle, "07:30", _LIGHT, _digits(height * 6 // 10), anchor="mm")


def _shadow(image: Image.Image, box: Box) -> None:
    dark = Image.new("L", image.size)
    ImageDraw.Draw(dark).ellipse(box, fill=110)
    image.paste((120, 104, 84), (0, 0), dark.filter(ImageFilter.GaussianBlur(28)))


def _digits(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
