"""Keeping and removing the files of product pages; what was left half-way is tidied up."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q

from hefu.apps.accounts.models import Brand
from hefu.apps.audit.services import record, service
from hefu.apps.catalog.errors import MediaInUse
from hefu.apps.catalog.models import Media
from hefu.apps.catalog.uploads import Incoming, discard, place
from hefu.apps.catalog.uploads.folders import forget, is_hash, left_over
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission

_LONGEST = 200


@service
def keep_media(actor: Actor, *, incoming: Incoming, name: str, now: datetime) -> Media:
    """Make a file that was received (``uploads.receive``) a media of the brand.

    The same content is the same media, under the name it came with first. A process killed between
    file and row leaves a folder without a row, which ``tidy_media`` removes.

    Raises:
        NotFound: it was received for another brand.
    """
    actor.require(Permission.PRODUCT_EDIT)
    if incoming.brand_id != actor.own_brand():
        raise NotFound
    known = _known(incoming)
    if known is not None:
        discard(incoming.folder)
        return known
    place(incoming)
    media = Media(
        brand_id=incoming.brand_id, sha256=incoming.sha256, bytes=incoming.bytes,
        source_sha256=incoming.source_sha256, media_type=incoming.media_type,
        name=_plain(name), width=incoming.width, height=incoming.height,
        seconds=incoming.seconds, widths=list(incoming.widths), created_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            media.save()
    except IntegrityError:  # the same content came in beside us
        return Media.objects.get(brand_id=incoming.brand_id, sha256=incoming.sha256)
    record(
        actor, "catalog.media_kept", media, now=now, sha256=media.sha256,
        media_type=media.media_type, bytes=media.bytes,
    )  # fmt: skip
    return media


def _known(incoming: Incoming) -> Media | None:
    same = Q(sha256=incoming.sha256) | Q(source_sha256=incoming.source_sha256)
    return Media.objects.filter(same, brand_id=incoming.brand_id).first()


def _plain(name: str) -> str:
    """A file name without folders and without what could not be seen, as it is offered again."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in last if one.isprintable())[-_LONGEST:] or "file"


@service
def remove_media(actor: Actor, *, media: Media, now: datetime) -> None:
    """Remove a file that nobody's content uses any more.

    Safe to race: a version of a page that takes it up in this moment holds the row by its key.

    Raises:
        NotFound: another brand's.
        MediaInUse: a version of a page, published or not, or the brand's logo shows it.
    """
    actor.require(Permission.PRODUCT_EDIT)
    if media.brand_id != actor.own_brand():
        raise NotFound
    if Brand.objects.filter(pk=media.brand_id, logo=media.sha256).exists():
        raise MediaInUse(value=media.sha256)
    record(actor, "catalog.media_removed", media, now=now, sha256=media.sha256, name=media.name)
    brand_id, sha256 = media.brand_id, media.sha256
    try:
        with transaction.atomic():
            media.delete()
    except (ProtectedError, IntegrityError) as error:
        raise MediaInUse(value=sha256) from error
    transaction.on_commit(lambda: forget(brand_id, sha256))


def tidy_media(now: datetime) -> int:
    """Remove what uploads left that came to no end; returns how many. A clock calls it."""
    old = list(left_over(now))
    known = _with_rows({(brand_id, name) for brand_id, name, _folder in old if is_hash(name)})
    left = [one for one in old if (one[0], one[1]) not in known]
    for brand_id, name, folder in left:
        if not is_hash(name):
            discard(folder)
        # asked again, one by one: somebody may have brought the same content meanwhile
        elif not Media.objects.filter(brand_id=brand_id, sha256=name).exists():
            forget(brand_id, name)
    return len(left)


def _with_rows(names: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    brands = {brand_id for brand_id, _name in names}
    rows = Media.objects.filter(brand_id__in=brands)
    return set(rows.values_list("brand_id", "sha256"))
