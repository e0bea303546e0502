"""The learnable equivalent transformation of one block: scales that change nothing in exact arithmetic, but what rounding costs.

Each is applied as s * Q(x / s), which is the published folding into weights exactly where weights are not rounded:
- `attention_input`, `mlp_input` [dModel]: what follows a norm;
- `query_key` [nKvHeads, dHead / 2]: keys are divided by it and queries multiplied. One number for the two channels that a position rotates
  together (in order of frequency), so that it commutes with the rotation. The release scales all channels by themselves, before the
  rotation, which is no equivalence in models with one;
- `value_output` [nKvHeads, dHead]: between v and what the attention output product reads.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import torch
from torch import nn

from decoder import Change, Decoder
from quantiser import asymmetric

FORMAT = 'actbench-omniquant-scales/1'
# Of the release (models/transformation.py, main.py).
SMALLEST = 1e-2
SMALLEST_MAXIMUM = 1e-5


class BlockScales(nn.Module):
    """Logarithms are learned, so that a scale stays positive; the release learns the scales and cuts them off at 1e-2."""

    def __init__(self, attention_input: torch.Tensor, mlp_input: torch.Tensor, query_key: torch.Tensor, value_output: torch.Tensor | None):
        super().__init__()
        self.attention_input = nn.Parameter(attention_input.log())
        self.mlp_input = nn.Parameter(mlp_input.log())
        self.query_key = nn.Parameter(query_key.log())
        self.value_output = None if value_output is None else nn.Parameter(value_output.log())

    @torch.no_grad()
    def load(self, values: dict[str, torch.Tensor]) -> None:
        for name, logarithm in self.named_parameters():
            logarithm.copy_(values[name].log())

    def values(self) -> dict[str, torch.Tensor]:
        return {name: logarithm.clamp(min=math.log(SMALLEST)).exp() for name, logarithm in self.named_parameters()}


def start(decoder: Decoder, index: int, maxima: dict[str, torch.Tensor], options) -> BlockScales:
    """s = A^alpha / B^(1 - alpha) with A [width] the largest activation and B the largest weight of each channel; 1 between q and k.
    B is taken over all products that read the input, as in the engine; the release takes q and up alone."""
    layer, shape = decoder.layers[index], decoder.shape

    def balance(a: torch.Tensor, products) -> torch.Tensor:
        b = torch.stack([product.weight.abs().amax(0) for product in products]).amax(0)
        return a.clamp(min=SMALLEST_MAXIMUM) ** options.alpha / b.clamp(min=SMALLEST_MAXIMUM) ** (1 - options.alpha)

    attention, mlp = layer.self_attn, layer.mlp
    query_key = torch.ones(shape.kv_heads, shape.d_head // 2, device=attention.q_proj.weight.device)
    output = None
    if shape.heads == shape.kv_heads or options.grouped_values:
        by_head = balance(maxima['attention_output'].flatten(), [attention.o_proj])
        output = by_head.view(shape.kv_heads, -1, shape.d_head).amax(1)
    return BlockScales(
        balance(maxima['attention_input'], [attention.q_proj, attention.k_proj, attention.v_proj]).clamp(min=SMALLEST),
        balance(maxima['mlp_input'], [mlp.gate_proj, mlp.up_proj]).clamp(min=SMALLEST),
        query_key,
        None if output is None else output.clamp(min=SMALLEST),
    )


def quantised(values: dict[str, torch.Tensor], bits: int, rounding=asymmetric) -> Change:
    """Linear inputs by token; q, k and v by token and head. Attention probabilities stay exact."""
    levels = 2**bits - 1
    by_pair = values['query_key']
    by_channel = torch.cat((by_pair, by_pair), dim=-1)

    def of_site(site: str, x: torch.Tensor) -> torch.Tensor | None:
        if site == 'key':
            return by_channel
        if site == 'query':
            return 1 / repeated(by_channel, x)
        if site in ('value', 'attention_output'):
            output = values.get('value_output')
            return None if output is None else repeated(output, x)
        return values.get(site)

    def change(site: str, x: torch.Tensor) -> torch.Tensor:
        axes = (-1,) if site in ('query', 'key', 'value') else tuple(range(2, x.dim()))
        scale = of_site(site, x)
        return rounding(x, levels, axes) if scale is None else rounding(x / scale, levels, axes) * scale

    return change


def repeated(by_kv_head: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """[heads of x, dHead]: every head of a group has its key's scale."""
    return by_kv_head.repeat_interleave(x.shape[2] // by_kv_head.shape[0], 0)


def save(path: Path, layers: list[dict[str, torch.Tensor]], facts: dict[str, object]) -> None:
    """One tensor `layers.N.NAME.scale` for each; facts as strings, what is no string as JSON. The same scales and facts are the same bytes,
    which the library's own writer does not promise: it puts metadata in any order."""
    texts = {key: value if isinstance(value, str) else json.dumps(value, sort_keys=True) for key, value in facts.items()}
    header: dict[str, object] = {'__metadata__': {'format': FORMAT, **dict(sorted(texts.items()))}}
    data = b''
    for index, values in enumerate(layers):
        for name, value in values.items():
            stored = value.detach().float().cpu().contiguous().numpy().astype('<f4').tobytes()
            header[f'layers.{index}.{name}.scale'] = {'dtype': 'F32', 'shape': list(value.shape), 'data_offsets': [len(data), len(data) + len(stored)]}
            data += stored
    text = json.dumps(header).encode()
    # Data begins at a multiple of eight bytes.
    text += b' ' * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, 'little') + text + data)
