"""The paper's two errors as hooks: Gaussian noise on what the gate and up products read, Laplace noise on what the down product reads.

Activation Approximations Can Incur Safety Vulnerabilities Even in Aligned LLMs (Zhang et al., USENIX Security 2025), section 2.1 of
our spec. Scales are shares of each layer's own standard deviation, because a fixed scale means another thing in every model.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Noise:
    up: float
    """Standard deviation of the Gaussian at `up`, as a share of the layer's own."""
    down: float
    """Standard deviation of the Laplace at `down`, likewise."""
    layers: tuple[int, ...]


@torch.no_grad()
def site_deviations(model, ids: torch.Tensor) -> dict[tuple[str, int], float]:
    """Standard deviation of both sites on each layer over a text of ids [rows, seq]."""
    found: dict[tuple[str, int], float] = {}
    handles = []
    for index, layer in enumerate(model.model.layers):
        for site, module in (('up', layer.mlp.up_proj), ('down', layer.mlp.down_proj)):
            def read(_, args, key=(site, index)):
                # The first token is an outlier by orders of magnitude and would set the scale alone.
                found[key] = args[0][:, 1:].float().std().item()
            handles.append(module.register_forward_pre_hook(read))
    model(ids)
    for handle in handles:
        handle.remove()
    return found


def laplace(like: torch.Tensor) -> torch.Tensor:
    """Laplace noise of standard deviation 1."""
    u = torch.rand_like(like) - 0.5
    u = u.clamp(-0.4999999, 0.4999999)
    return -u.sign() * torch.log1p(-2 * u.abs()) / 2**0.5


@contextmanager
def perturbed(model, noise: Noise | None, deviations: dict[tuple[str, int], float]):
    """Fresh noise at every forward pass on the chosen layers while the context lasts."""
    handles = []
    if noise is not None:
        for index in noise.layers:
            mlp = model.model.layers[index].mlp
            # One draw for both consumers of the norm's output.
            def add_up(_, args, scale=noise.up * deviations['up', index]):
                return (args[0] + scale * torch.randn_like(args[0]),)
            def add_down(_, args, scale=noise.down * deviations['down', index]):
                return (args[0] + scale * laplace(args[0]),)
            if noise.up > 0:
                handles.append(mlp.register_forward_pre_hook(add_up))
            if noise.down > 0:
                handles.append(mlp.down_proj.register_forward_pre_hook(add_down))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
