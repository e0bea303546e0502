"""SHA-256 of every tensor of a GGUF file after dequantisation by the Python package `gguf` (ggml's own reference).

    python make-tensor-sums.py MODEL.gguf scripts/verify/fixtures/NAME.json

Needs gguf and numpy. A sum is over the tensor's values as little-endian float32, row-major.
"""

import hashlib
import importlib.metadata
import json
import pathlib
import sys

import numpy as np
from gguf import GGUFReader
from gguf.quants import dequantize

ROWS = 4096


def main():
    model, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    reader = GGUFReader(model)
    sums = {tensor.name: {"type": tensor.tensor_type.name, "sha256": tensor_sum(tensor)} for tensor in reader.tensors}
    golden = {
        "file": model.name,
        "sha256": sha256(model),
        "madeWith": {"gguf": importlib.metadata.version("gguf"), "numpy": np.__version__},
        "tensors": sums,
    }
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in sums.items())
    head = json.dumps({key: value for key, value in golden.items() if key != "tensors"})[:-1]
    out.write_text(f'{head}, "tensors": {{\n{lines}\n}}}}\n', encoding="utf-8")
    print(f"{out.name}: {len(sums)} tensors")


def tensor_sum(tensor):
    digest = hashlib.sha256()
    # A block lies within one row, so a part of the rows is dequantised like the whole, without its memory.
    for start in range(0, len(tensor.data), ROWS):
        values = dequantize(tensor.data[start : start + ROWS], tensor.tensor_type)
        digest.update(np.ascontiguousarray(values, dtype="<f4").tobytes())
    return digest.hexdigest()


def sha256(path):
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 22):
            digest.update(block)
    return digest.hexdigest()


main()
