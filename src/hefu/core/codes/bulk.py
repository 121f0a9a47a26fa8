"""Sealing whole ranges: the same seal as ``seal.Sealer``, on arrays.

One AES call per step and cache-sized chunk; no loop over codes.
"""

import numpy as np
from numpy.typing import NDArray

from hefu.core.codes.seal import Sealer

Words = NDArray[np.uint64]
Flags = NDArray[np.bool_]

#: Codes per chunk: what one step reads and writes stays in the second-level cache.
CHUNK = 16_384


class Lanes:
    """Room for up to ``size`` codes at a time. Not to be shared between threads.

    Results are views of this room and are overwritten by the next call.
    """

    def __init__(self, sealer: Sealer, size: int = CHUNK) -> None:
        self.size = size
        self._aes = sealer.encryptor()
        self._body_mask = np.uint64((1 << sealer.seal.body_bits) - 1)
        self._tag_mask = np.uint64((1 << sealer.seal.tag_bits) - 1)
        self._blocks = np.zeros((3, size, 2), dtype="<u8")
        self._blocks[:, :, 1] = np.array([[1], [2], [3]])
        self._inputs = [block.reshape(-1).data.cast("B") for block in self._blocks]
        raw = np.zeros(2 * size + 2, dtype="<u8")  # the cipher wants one block more than it writes
        self._output = raw.data.cast("B")
        self._stream = raw[: 2 * size : 2]
        self._spare = np.empty((2, size), dtype="<u8")

    def _prf(self, step: int, values: Words, mask: np.uint64, out: Words) -> Words:
        """``out = values_of_AES(step, values) & mask``."""
        self._blocks[step, : len(values), 0] = values
        self._aes.update_into(self._inputs[step][: 16 * len(values)], self._output)
        return np.bitwise_and(self._stream[: len(values)], mask, out=out)

    def seal(self, serials: Words) -> tuple[Words, Words]:
        """Seal up to ``size`` serials, each below the seal's capacity: bodies and masked tags."""
        count = len(serials)
        body, mask = self._spare[:, :count]
        tag = self._prf(0, serials, self._tag_mask, out=mask)
        self._prf(1, tag, self._body_mask, out=body)
        np.bitwise_xor(body, serials, out=body)
        tags = self._blocks[1, :count, 0]
        self._prf(2, body, self._tag_mask, out=mask)
        np.bitwise_xor(mask, tags, out=mask)
        return body, mask

    def unseal(self, body: Words, mask: Words) -> tuple[Words, Flags]:
        """Open up to ``size`` values: serials, and whether the proof fits."""
        count = len(body)
        serial, tag = self._spare[:, :count]
        self._prf(2, body, self._tag_mask, out=tag)
        np.bitwise_xor(tag, mask, out=tag)
        self._prf(1, tag, self._body_mask, out=serial)
        np.bitwise_xor(serial, body, out=serial)
        tags = self._blocks[1, :count, 0]
        return serial, self._prf(0, serial, self._tag_mask, out=tag) == tags


def seal_serials(sealer: Sealer, serials: Words) -> Words:
    """Seal an array of serials; as ``Sealer.seal_serial`` for each.

    Raises:
        ValueError: a serial is beyond the seal's capacity.
    """
    if len(serials) and int(serials.max()) >= sealer.seal.capacity:
        raise ValueError(f"a serial does not fit into {sealer.seal.body_bits} bits")
    sealed = np.empty(len(serials), dtype="<u8")
    lanes = Lanes(sealer, max(1, min(CHUNK, len(serials))))
    shift = np.uint64(sealer.seal.tag_bits)
    for at in range(0, len(serials), lanes.size):
        body, mask = lanes.seal(serials[at : at + lanes.size])
        part = sealed[at : at + lanes.size]
        np.left_shift(body, shift, out=part)
        np.bitwise_or(part, mask, out=part)
    return sealed


def unseal_values(sealer: Sealer, sealed: Words, *, issued: int) -> tuple[Words, Flags]:
    """Open an array of sealed values.

    Args:
        sealer: of the batch and face.
        sealed: values of ``seal.bits`` bits.
        issued: how many units the batch has; serials from there on were never issued.

    Returns:
        Serials (meaningless where not genuine), and which are genuine.
    """
    seal = sealer.seal
    serials = np.empty(len(sealed), dtype="<u8")
    genuine = np.empty(len(sealed), dtype=np.bool_)
    lanes = Lanes(sealer, max(1, min(CHUNK, len(sealed))))
    shift, tag_mask = np.uint64(seal.tag_bits), np.uint64((1 << seal.tag_bits) - 1)
    for at in range(0, len(sealed), lanes.size):
        here = slice(at, at + lanes.size)
        body = sealed[here] >> shift
        serial, fits = lanes.unseal(body, sealed[here] & tag_mask)
        serials[here] = serial
        np.logical_and(fits, serial < np.uint64(min(issued, seal.capacity)), out=genuine[here])
        if seal.bits < 64:
            genuine[here] &= body < np.uint64(seal.capacity)
    return serials, genuine
