"""From a batch to what opens its codes (密钥): the sealer of its outer and inner face.

Sealers are kept by what they are made from, never by a row's number, so a replaced secret can not
be answered from memory.
"""

from functools import lru_cache

from hefu.apps.identity.models import Batch
from hefu.core.codes import Face, Seal, Sealer, batch_text, derive_key


def sealer_of(batch: Batch, face: Face = Face.OUTER) -> Sealer:
    """Return the sealer of one face of a batch; cheap when asked again, may be shared by threads.

    Load batches with ``select_related("key")``, or this reads the key. A burned key still seals
    and opens (staff must be able to see what a code was); ask ``is_burned`` before believing it.
    """
    return _sealer(
        batch.key.secret,
        str(batch.key.key_id),
        batch.context or batch_text(batch.reference),
        face,
        Seal(body_bits=batch.body_bits, tag_bits=batch.tag_bits),
    )


@lru_cache(maxsize=4096)
def _sealer(secret: str, key_id: str, context: str, face: Face, seal: Seal) -> Sealer:
    key = derive_key(bytes.fromhex(secret), key_id=key_id, batch=context, face=face)
    return Sealer(key, seal)


def is_burned(batch: Batch) -> bool:
    """Say whether the key of this batch was burned: its codes prove nothing any more."""
    return batch.key.burned_at is not None
