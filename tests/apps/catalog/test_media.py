"""Uploads: what comes in, what does not, and that nothing is left lying about."""

import io
import os
import tarfile
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageCms
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from hefu.apps.audit.backup import write_backup
from hefu.apps.catalog.errors import MediaInUse, MediaRefused
from hefu.apps.catalog.models import Media
from hefu.apps.catalog.services.media import keep_media, remove_media, tidy_media
from hefu.apps.catalog.uploads import file_of, receive, variant_of
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.catalog.files import film, manual, padded_manual, picture
from tests.factories import NOW, a_brand, an_actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path):
    return tmp_path / "media"


@pytest.fixture
def brand(db):
    return a_brand()


@pytest.fixture
def editor(brand):
    return an_actor(brand, Role.PRODUCT_SPECIALIST)


def kept(editor, content: bytes, name: str = "说明书.pdf") -> Media:
    incoming = receive(io.BytesIO(content), brand_id=editor.brand_id)
    return keep_media(editor, incoming=incoming, name=name, now=NOW)


def refusal(content: bytes) -> str:
    with pytest.raises((MediaRefused, Invalid)) as caught:
        receive(io.BytesIO(content), brand_id=1)
    return str(caught.value.details["rule"])


def lying(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*/*"))


def test_R096_pictures_manuals_and_films_are_told_by_their_content(editor):
    names = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
    for kind, told in names.items():
        assert kept(editor, picture(kind, (40, 30)), "photo.svg").media_type == told
    assert kept(editor, manual(), "page.html").media_type == "application/pdf"
    found = kept(editor, film(seconds=12), "film.jpg")
    assert (found.media_type, found.width, found.height, found.seconds) == (
        "video/mp4", 1280, 720, 12,
    )  # fmt: skip
    upright = kept(editor, film(turned=True), "phone.mp4")
    assert (upright.width, upright.height) == (720, 1280)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "active"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><script>1</script>", "active"),
        (b"just words", "unknown_type"),
        (b"", "unknown_type"),
        (b"GIF89a" + bytes(40), "unknown_type"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "unknown_type"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "damaged"),
        (picture("PNG", (40, 30))[:-200], "damaged"),
        (b"%PDF-1.7\n" + bytes(100), "damaged"),
        (film()[:-1], "damaged"),
        (film() + b"<script>", "damaged"),
    ],
)
def test_R096_what_pages_do_not_show_is_refused_and_leaves_nothing(content, rule, folder):
    assert refusal(content) == rule
    assert lying(folder) == []


def test_a_bomb_of_pixels_is_refused_before_it_is_unpacked():
    buffer = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(buffer, "PNG")
    assert len(buffer.getvalue()) < 200_000

    tracemalloc.start()
    assert refusal(buffer.getvalue()) in {"too_many_pixels", "damaged"}
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_where_a_picture_was_taken_stays_behind(editor):
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825).update({1: "N", 2: (23.0, 7.0, 44.7)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = picture("JPEG", (800, 600), exif=exif, icc_profile=profile, comment=b"secret note")
    assert b"secret note" in content

    media = kept(editor, content)

    served = file_of(media).read_bytes()
    with Image.open(file_of(media)) as image:
        assert (image.size, dict(image.getexif())) == ((600, 800), {})  # upright without the note
    assert b"secret note" not in served
    assert b"Exif" not in served


def test_smaller_copies_are_webp_of_the_same_shape_and_never_larger(editor):
    large = kept(editor, picture("JPEG", (3000, 2000)))
    small = kept(editor, picture("PNG", (200, 100)))

    assert (large.width, large.height, large.widths) == (2560, 1707, [360, 720, 1280])
    assert small.widths == [200]
    for width in large.widths:
        with Image.open(variant_of(large, width)) as copy:
            assert copy.format == "WEBP"
            assert copy.size == (width, round(width * 1707 / 2560))


@pytest.mark.parametrize(
    "deed",
    [
        {"/S": "/JavaScript", "/JS": "app.alert(1)"},
        {"/S": "/Launch", "/F": "cmd.exe"},
        {"/S": "/SubmitForm", "/F": "https://example.com"},
    ],
)
def test_a_manual_that_acts_is_refused(deed):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(manual())))
    action = DictionaryObject()
    for key, value in deed.items():
        wrap = NameObject if value.startswith("/") else TextStringObject
        action[NameObject(key)] = wrap(value)
    writer.pages[0][NameObject("/AA")] = DictionaryObject(
        {NameObject("/O"): writer._add_object(action)}
    )
    buffer = io.BytesIO()
    writer.write(buffer)

    assert refusal(buffer.getvalue()) == "active"


def test_a_manual_with_something_inside_is_refused_however_it_is_written():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(manual())))
    writer.add_attachment("tool.exe", b"MZ")
    buffer = io.BytesIO()
    writer.write(buffer)
    assert refusal(buffer.getvalue()) == "active"

    # the same name with an escape of ISO 32000-2, 7.3.5; as long, so that no place moves
    hidden = manual("x" * 40).replace(b"/Contents", b"/J#53 (app.alert\\(1\\)) /Contents")
    assert refusal(hidden) in {"active", "damaged"}


def test_a_locked_manual_is_taken_if_it_opens_without_a_password(editor):
    for password, opens in (("", True), ("secret", False)):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(manual())))
        writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
        buffer = io.BytesIO()
        writer.write(buffer)
        if opens:
            assert kept(editor, buffer.getvalue()).bytes == len(buffer.getvalue())
        else:
            assert refusal(buffer.getvalue()) == "encrypted"


def test_R096_a_manual_of_20_megabytes_goes_through_without_being_held(editor):
    content = padded_manual(20_000_000)
    assert len(content) > 20_000_000
    file = io.BytesIO(content)

    tracemalloc.start()
    media = keep_media(editor, incoming=receive(file, brand_id=editor.brand_id),
                       name="C:\\手册\\电饭煲说明书.pdf", now=NOW)  # fmt: skip
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert file_of(media).read_bytes() == content
    assert media.name == "电饭煲说明书.pdf"
    assert most < 12_000_000


def test_the_same_content_is_one_file(editor, folder):
    first = kept(editor, picture(), "a.jpg")
    again = kept(editor, picture(), "b.jpg")
    same = kept(editor, file_of(kept(editor, manual())).read_bytes(), "other name.pdf")

    assert again == first
    assert Media.objects.count() == 2
    assert lying(folder) == sorted([first.sha256, same.sha256])


def test_another_brand_keeps_its_own_and_takes_nothing(editor, folder):
    mine = kept(editor, picture())
    stranger = an_actor(a_brand(), Role.BRAND_ADMIN)
    theirs = kept(stranger, picture())

    with pytest.raises(NotFound):
        remove_media(stranger, media=mine, now=NOW)
    with pytest.raises(NotFound):
        keep_media(stranger, incoming=receive(io.BytesIO(manual()), brand_id=editor.brand_id),
                   name="x", now=NOW)  # fmt: skip
    with pytest.raises(NotAllowed):
        remove_media(an_actor(editor_brand(mine), Role.ANALYST), media=mine, now=NOW)
    assert file_of(mine) != file_of(theirs)
    assert file_of(mine).exists()


def editor_brand(media: Media):
    return media.brand


@pytest.mark.django_db(transaction=True)
def test_a_file_nobody_uses_can_be_removed_with_its_folder(folder):
    editor = an_actor(a_brand(), Role.PRODUCT_SPECIALIST)
    media, logo = kept(editor, picture()), kept(editor, picture("PNG", (64, 64)))
    brand = media.brand
    brand.logo = logo.sha256
    brand.save()

    remove_media(editor, media=media, now=NOW)
    with pytest.raises(MediaInUse):
        remove_media(editor, media=logo, now=NOW)

    assert lying(folder) == [logo.sha256]


def test_what_a_killed_upload_left_is_tidied_up(editor, folder):
    """Killed while it came in, and killed between file and row; a row's own file stays."""
    media = kept(editor, manual("keep"))
    receive(io.BytesIO(manual("came in")), brand_id=editor.brand_id)
    half = receive(io.BytesIO(manual("no row")), brand_id=editor.brand_id)
    half.folder.rename(half.folder.with_name(half.sha256))
    for path in folder.glob("*/*"):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    for path in folder.glob("*"):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))

    assert tidy_media(NOW + timedelta(minutes=59)) == 0
    assert len(lying(folder)) == 3
    assert tidy_media(NOW + timedelta(minutes=61)) == 2
    assert lying(folder) == [media.sha256]
    # and whoever brings the same again is served as ever
    assert file_of(kept(editor, manual("no row"))).read_bytes() == manual("no row")


def test_a_backup_takes_the_files_along(editor, tmp_path):
    media = kept(editor, picture())
    write_backup(tmp_path / "b.tar.gz", now=NOW)

    with tarfile.open(tmp_path / "b.tar.gz") as archive:
        assert f"files/media/{media.brand_id}/{media.sha256}/original" in archive.getnames()
