"""Activation approximations as hooks on a transformers Llama, to measure what they do to the tiny model.

All act at the inputs of the projections of every block: q/k/v (one shared input), o, gate/up (one shared input), down.
"""

from contextlib import contextmanager

import numpy as np
import torch


def projection_inputs(model):
    """(module, 'output' | 'input') pairs: the norms' outputs feed q/k/v and gate/up, the others are read at their input."""
    for block in model.model.layers:
        yield block.input_layernorm, 'output'
        yield block.self_attn.o_proj, 'input'
        yield block.post_attention_layernorm, 'output'
        yield block.mlp.down_proj, 'input'


@contextmanager
def rewritten(model, function):
    """Applies `function(tensor, site_index)` at every projection input while the context is open."""
    handles = []
    for index, (module, where) in enumerate(projection_inputs(model)):
        if where == 'output':
            handles.append(module.register_forward_hook(lambda _m, _i, out, s=index: function(out, s)))
        else:
            handles.append(module.register_forward_pre_hook(lambda _m, args, s=index: (function(args[0], s), *args[1:])))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def top_k_sparsity(level: float):
    """Zeroes the `level` share of smallest magnitudes of each token."""

    def function(x, _site):
        dropped = round(level * x.shape[-1])
        if dropped == 0:
            return x
        threshold = x.abs().float().kthvalue(dropped, dim=-1, keepdim=True).values
        return torch.where(x.abs().float() > threshold, x, torch.zeros_like(x))

    return function


def threshold_sparsity(thresholds: list[float]):
    """Zeroes magnitudes below one fixed threshold per site (as TEAL does, Liu et al., 2024, arXiv:2408.14690)."""
    return lambda x, site: torch.where(x.abs() > thresholds[site], x, torch.zeros_like(x))


def calibrate_thresholds(model, batches, level: float) -> list[float]:
    seen: dict[int, list[torch.Tensor]] = {}

    def observe(x, site):
        seen.setdefault(site, []).append(x.detach().abs().float().flatten())
        return x

    with rewritten(model, observe), torch.no_grad():
        for batch in batches:
            model(batch)
    return [float(np.quantile(torch.cat(seen[site]).cpu().numpy(), level)) for site in sorted(seen)]


def per_token_int(bits: int):
    """Symmetric round-to-nearest integers with one scale per token (largest magnitude over 2^(bits-1) - 1)."""
    top = 2 ** (bits - 1) - 1

    def function(x, _site):
        scale = x.abs().amax(dim=-1, keepdim=True).clamp(min=1e-8) / top
        return (x / scale).round().clamp(-top, top) * scale

    return function


def polynomial_silu(degree: int, radius: float):
    """Least-squares polynomial of SiLU on [-radius, radius], sampled at Chebyshev points."""
    points = radius * np.cos(np.pi * (np.arange(2000) + 0.5) / 2000)
    fitted = np.polynomial.chebyshev.Chebyshev.fit(points, points / (1 + np.exp(-points)), degree, domain=[-radius, radius])
    coefficients = fitted.convert(kind=np.polynomial.Polynomial).coef

    def function(x):
        value = torch.full_like(x, float(coefficients[-1]))
        for c in coefficients[-2::-1]:
            value = value * x + float(c)
        return value

    return function


@contextmanager
def replaced_silu(model, function):
    class Replacement(torch.nn.Module):
        def forward(self, x):
            return function(x)

    before = [block.mlp.act_fn for block in model.model.layers]
    for block in model.model.layers:
        block.mlp.act_fn = Replacement()
    try:
        yield
    finally:
        for block, activation in zip(model.model.layers, before):
            block.mlp.act_fn = activation
