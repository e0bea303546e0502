"""A decoder block as a function that lets every tensor be changed which a product or the attention reads.

`change(site, x)` gets `attention_input` and `mlp_input` [rows, seq, dModel], `query`, `key` and `value` [rows, seq, heads, dHead] after
the rotation, `attention_output` [rows, seq, heads, dHead] and `mlp_output` [rows, seq, dMlp], and returns what is read instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F

Change = Callable[[str, torch.Tensor], torch.Tensor]

FAMILIES = ('llama', 'qwen2')


@dataclass(frozen=True)
class Shape:
    layers: int
    width: int
    heads: int
    kv_heads: int
    d_head: int
    epsilon: float


def shape_of(config) -> Shape:
    if config.model_type not in FAMILIES:
        raise SystemExit(f'{config.model_type}: expected a model of the families {", ".join(FAMILIES)}')
    d_head = getattr(config, 'head_dim', None) or config.hidden_size // config.num_attention_heads
    return Shape(config.num_hidden_layers, config.hidden_size, config.num_attention_heads, config.num_key_value_heads, d_head, config.rms_norm_eps)


def exact(_: str, x: torch.Tensor) -> torch.Tensor:
    return x


class Decoder:
    """The parts of a transformers model that the block function needs; no weight is ever trained."""

    def __init__(self, model):
        self.model = model.requires_grad_(False)
        self.shape = shape_of(model.config)
        self.layers = model.model.layers
        self.known_angles: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}

    def embed(self, ids: torch.Tensor) -> torch.Tensor:
        return self.model.model.embed_tokens(ids)

    def angles(self, seq: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Cosines and sines [1, seq, 1, dHead], the two halves of a head alike."""
        if seq in self.known_angles:
            return self.known_angles[seq]
        device = self.model.device
        cos, sin = self.model.model.rotary_emb(torch.zeros(1, device=device), torch.arange(seq, device=device)[None])
        self.known_angles[seq] = cos[:, :, None], sin[:, :, None]
        return self.known_angles[seq]

    def block(self, index: int, x: torch.Tensor, change: Change = exact) -> torch.Tensor:
        """`hook_resid_post` of a layer from its `hook_resid_pre`, both [rows, seq, dModel]."""
        layer, shape = self.layers[index], self.shape
        rows, seq, _ = x.shape
        cos, sin = self.angles(seq)
        read = change('attention_input', norm(x, layer.input_layernorm.weight, shape.epsilon))

        def heads(product, count: int) -> torch.Tensor:
            return product(read).view(rows, seq, count, shape.d_head)

        attention = layer.self_attn
        q = change('query', rotate(heads(attention.q_proj, shape.heads), cos, sin))
        k = change('key', rotate(heads(attention.k_proj, shape.kv_heads), cos, sin))
        v = change('value', heads(attention.v_proj, shape.kv_heads))
        z = change('attention_output', attend(q, k, v))
        x = x + attention.o_proj(z.flatten(2))
        read = change('mlp_input', norm(x, layer.post_attention_layernorm.weight, shape.epsilon))
        hidden = change('mlp_output', F.silu(layer.mlp.gate_proj(read)) * layer.mlp.up_proj(read))
        return x + layer.mlp.down_proj(hidden)

    def logits(self, ids: torch.Tensor, change_of: Callable[[int], Change] = lambda _: exact) -> torch.Tensor:
        """[rows, seq, vocab]; `change_of` gives each layer's change."""
        x = self.embed(ids)
        for index in range(self.shape.layers):
            x = self.block(index, x, change_of(index))
        return self.model.lm_head(norm(x, self.model.model.norm.weight, self.shape.epsilon))


def norm(x: torch.Tensor, weight: torch.Tensor, epsilon: float) -> torch.Tensor:
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + epsilon) * weight


def rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


def attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """Causal, grouped; written out, because fused kernels add up their gradients in another order each time."""
    rows, seq, heads, d_head = q.shape
    groups = heads // k.shape[2]
    q, k, v = (x.transpose(1, 2) for x in (q, k.repeat_interleave(groups, 2), v.repeat_interleave(groups, 2)))
    later = torch.ones(seq, seq, dtype=torch.bool, device=q.device).triu(1)
    scores = (q @ k.transpose(-1, -2) * d_head**-0.5).masked_fill(later, float('-inf'))
    return (scores.softmax(-1) @ v).transpose(1, 2)
