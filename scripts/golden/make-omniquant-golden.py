"""Files of trained scales for tiny models, and the logits of the models rounded with them, by the training code in float32.

usage: python make-omniquant-golden.py main/engine/trained-scales/fixtures

Needs torch, transformers and safetensors. The models are those of make-architecture-golden.py, whose weights are computed from names;
blocks, quantiser and files are those of lab/omniquant. Scales are random. Writes CASE-aBITS.safetensors and logits.json. A value that lies
close to where rounding turns over could fall to the other side in other float32 sums: seeds are tried until none does.
"""

import base64
import importlib
import json
import pathlib
import sys

import torch
import transformers

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lab" / "omniquant"))

import quantiser  # noqa: E402
from decoder import Decoder  # noqa: E402
from scales import quantised, save  # noqa: E402

# name: base case, bits, whether there is a scale between v and the attention output
CASES = {"llama-a4": ("llama-untied", 4, True), "qwen2-a6": ("qwen2-tied", 6, False)}
# In steps of the quantiser; float32 sums in another order move a value by a tenth of it.
LEAST_DISTANCE = 2e-5


def random_layers(shape, seed, has_values):
    generator = torch.Generator().manual_seed(seed)
    sizes = {
        "attention_input": [shape.width], "mlp_input": [shape.width], "query_key": [shape.kv_heads, shape.d_head // 2],
        **({"value_output": [shape.kv_heads, shape.d_head]} if has_values else {}),
    }
    return [{name: (torch.randn(size, generator=generator) * 0.7).exp() for name, size in sizes.items()} for _ in range(shape.layers)]


class Distance:
    """How near any rounded value came to where rounding turns over, in steps."""

    def __init__(self):
        self.least = 0.5

    def __call__(self, x, levels, axes):
        low = x.amin(axes, keepdim=True)
        scale = ((x.amax(axes, keepdim=True) - low) / levels).clamp(quantiser.SMALLEST_SCALE, quantiser.LARGEST_SCALE)
        for steps in (x / scale, -low / scale):
            # The extremes lie at the turn by construction where the zero point's own fraction says so; they are rounded alike.
            self.least = min(self.least, (0.5 - (steps - steps.round()).abs()).min().item())
        return quantiser.asymmetric(x, levels, axes)


@torch.no_grad()
def find(case, bits, has_values):
    decoder = Decoder(importlib.import_module("make-architecture-golden").tiny_model(case))
    ids = torch.tensor([[int(i) for i in (torch.arange(24) * 37 + 11) % 80]])
    for seed in range(100):
        distance = Distance()
        layers = random_layers(decoder.shape, seed, has_values)
        logits = decoder.logits(ids, lambda index: quantised(layers[index], bits, rounding=distance))[0]
        if distance.least > LEAST_DISTANCE:
            plain = decoder.logits(ids)[0]
            return seed, layers, logits, (logits - plain).abs().max().item(), distance.least
    raise SystemExit(f"{case}: no seed keeps all values away from where rounding turns over")


def main(out):
    out.mkdir(parents=True, exist_ok=True)
    versions = {library.__name__: library.__version__.split("+")[0] for library in (torch, transformers)}
    result = {"madeWith": versions, "cases": {}}
    for name, (case, bits, has_values) in CASES.items():
        seed, layers, logits, change, least = find(case, bits, has_values)
        print(name, "seed", seed, "largest change", change, "least distance", least)
        facts = {
            "name": name, "model": case, "modelSha256": "0" * 64, "bits": str(bits), "text": "none", "textSha256": "0" * 64,
            "recipe": {"samples": 0, "tokens": 0, "seed": seed},
        }
        save(out / f"{name}.safetensors", layers, facts)
        encoded = base64.b64encode(logits.numpy().astype("<f4").tobytes()).decode()
        result["cases"][name] = {"base": case, "bits": bits, "logits": encoded}
    (out / "logits.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
