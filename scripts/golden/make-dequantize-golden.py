"""Golden files for main/engine/checkpoint/dequantize.ts, by the Python package `gguf` (ggml's own reference).

    python make-dequantize-golden.py main/engine/checkpoint/fixtures/dequantize

Needs gguf and numpy. One file per encoding, <name>.bin: n encoded blocks, then their values as little-endian float32.
n follows from the size of the file. Quants are uniform random bytes; the f16 scales run over the extremes (largest,
smallest normal, subnormal, zeros of both signs) and then over random finite patterns. Infinity and NaN are left out. Whole files
are checked by what make-tensor-sums.py writes.
"""

import pathlib
import sys

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize

SEED = 20240607
VALUES_PER_FILE = 1024
# Byte offsets of the f16 fields in a block.
HALF_FIELDS = {
    "F16": [0], "BF16": [], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0],
    "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
}
EXTREMES = [0x7BFF, 0xFBFF, 0x0400, 0x0001, 0x8001, 0x0000, 0x8000, 0x03FF, 0x3C00, 0x2E66]


def random_halves(rng, count):
    halves = rng.integers(0, 0x10000, count, dtype=np.uint16)
    halves[(halves & 0x7C00) == 0x7C00] &= 0x83FF
    halves[: len(EXTREMES)] = EXTREMES[:count]
    return halves


def random_blocks(rng, name):
    elements, size = GGML_QUANT_SIZES[GGMLQuantizationType[name]]
    count = max(VALUES_PER_FILE // elements, len(EXTREMES))
    blocks = rng.integers(0, 256, (count, size), dtype=np.uint8)
    for offset in HALF_FIELDS[name]:
        halves = rng.permutation(random_halves(rng, count)) if offset else random_halves(rng, count)
        blocks[:, offset : offset + 2] = halves.astype("<u2").view(np.uint8).reshape(count, 2)
    if name == "BF16":
        words = blocks.view("<u2").copy()
        words[(words & 0x7F80) == 0x7F80] &= 0x807F
        blocks = words.view(np.uint8).reshape(count, 2)
    return blocks


def write_golden(folder):
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    for name in HALF_FIELDS:
        blocks = random_blocks(rng, name)
        values = dequantize(blocks, GGMLQuantizationType[name]).astype("<f4")
        assert np.isfinite(values).all(), name
        (folder / f"{name}.bin").write_bytes(blocks.tobytes() + values.tobytes())
        print(f"{name}: {len(blocks)} blocks, {values.size} values")


if __name__ == "__main__":
    write_golden(pathlib.Path(sys.argv[1]))
