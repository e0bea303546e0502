"""An encoder of XLM-R's shape with the joint heads of the MASSIVE paper, in plain PyTorch.

Post-layer-norm blocks, exact GELU, learned absolute positions, biases everywhere. Hidden states of the last block feed two
heads, each (dropout, linear, GELU, dropout, linear): intents from the mean over all positions (<s> and </s> too), slots
from every position. A masked-word head, tied to the embedding, serves training only.
"""

from dataclasses import asdict, dataclass

import torch
from torch import nn
from torch.nn import functional

BOS, PAD, EOS, UNKNOWN = 0, 1, 2, 3


@dataclass
class Shape:
    vocabulary: int
    intents: int
    slots: int
    width: int = 384
    layers: int = 6
    heads: int = 6
    feed_forward: int = 1536
    positions: int = 192
    epsilon: float = 1e-5
    pooling: str = 'mean'

    def to_json(self) -> dict:
        return asdict(self)


class Block(nn.Module):
    def __init__(self, shape: Shape, dropout: float, attention_dropout: float):
        super().__init__()
        width = shape.width
        self.heads, self.attention_dropout = shape.heads, attention_dropout
        self.qkv = nn.Linear(width, 3 * width)
        self.attention_output = nn.Linear(width, width)
        self.attention_norm = nn.LayerNorm(width, eps=shape.epsilon)
        self.up = nn.Linear(width, shape.feed_forward)
        self.down = nn.Linear(shape.feed_forward, width)
        self.output_norm = nn.LayerNorm(width, eps=shape.epsilon)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        batch, length, width = states.shape
        q, k, v = self.qkv(states).view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        # Written out: with a dozen tokens a row the scores are small, and fused kernels would plan anew for every shape.
        scores = (q @ k.transpose(-1, -2)) * (width // self.heads) ** -0.5
        pattern = scores.masked_fill(~mask, float('-inf')).softmax(-1)
        pattern = functional.dropout(pattern, self.attention_dropout, self.training).to(v.dtype)
        mixed = self.attention_output((pattern @ v).transpose(1, 2).reshape(batch, length, width))
        states = self.attention_norm(states + self.dropout(mixed))
        return self.output_norm(states + self.dropout(self.down(functional.gelu(self.up(states)))))


class Encoder(nn.Module):
    def __init__(self, shape: Shape, dropout: float = 0.1, attention_dropout: float = 0.1, head_dropout: float = 0.1):
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.positions = nn.Embedding(shape.positions, shape.width)
        self.norm = nn.LayerNorm(shape.width, eps=shape.epsilon)
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(Block(shape, dropout, attention_dropout) for _ in range(shape.layers))
        self.intent = self.head(shape.intents, head_dropout)
        self.slot = self.head(shape.slots, head_dropout)
        self.masked = nn.Sequential(nn.Linear(shape.width, shape.width), nn.GELU(), nn.LayerNorm(shape.width, eps=shape.epsilon))
        self.masked_bias = nn.Parameter(torch.zeros(shape.vocabulary))
        self.apply(initialise)
        calm(self.blocks)

    def head(self, outputs: int, dropout: float) -> nn.Sequential:
        width = self.shape.width
        return nn.Sequential(nn.Dropout(dropout), nn.Linear(width, width), nn.GELU(), nn.Dropout(dropout), nn.Linear(width, outputs))

    def encode(self, ids: torch.Tensor) -> torch.Tensor:
        """Hidden states [batch, length, width] of ids [batch, length], padded on the right with PAD."""
        mask = (ids != PAD)[:, None, None, :]
        states = self.words(ids) + self.positions.weight[: ids.shape[1]]
        states = self.dropout(self.norm(states))
        for block in self.blocks:
            states = block(states, mask)
        return states

    def forward(self, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """(intent logits [batch, intents], slot logits [batch, length, slots], hidden states)."""
        states = self.encode(ids)
        present = (ids != PAD)[:, :, None].to(states.dtype)
        pooled = (states * present).sum(1) / present.sum(1)
        return self.intent(pooled), self.slot(states), states

    def masked_words(self, states: torch.Tensor) -> torch.Tensor:
        return functional.linear(self.masked(states), self.words.weight, self.masked_bias.to(states.dtype))


def initialise(module: nn.Module) -> None:
    """By the width, not BERT's 0.02, which suits 768: in small models the heads would start all but dead."""
    if isinstance(module, nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        nn.init.zeros_(module.bias)


def calm(blocks: nn.ModuleList) -> None:
    """Residual branches start small, which lets post-norm blocks stand a high rate (the factor of DeepNet, Wang et al. 2022)."""
    for block in blocks:
        for product in (block.attention_output, block.down):
            product.weight.data.mul_((8 * len(blocks)) ** -0.25)
