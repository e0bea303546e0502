"""The two terms that both tunings minimise (QuadA, Zhang et al., USENIX Security 2025): preference, and cohesion of harmful prompts."""

from __future__ import annotations

import torch
import torch.nn.functional as F


def preference_loss(better: torch.Tensor, worse: torch.Tensor, beta: float) -> torch.Tensor:
    """DPO (Rafailov et al., NeurIPS 2023), mean over pairs. `better` and `worse` are log-probabilities of the answers [pairs], the
    tuned model's minus those of the model before tuning."""
    return -F.logsigmoid(beta * (better - worse)).mean()


def mean_cosine(vectors: torch.Tensor) -> torch.Tensor:
    """Mean cosine over all pairs of different rows."""
    unit = F.normalize(vectors.float(), dim=-1)
    count = len(unit)
    return (unit.sum(0).square().sum() - count) / (count * (count - 1))
