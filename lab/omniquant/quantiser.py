"""The quantiser of OmniQuant (Shao et al., ICLR 2024, quantize/quantizer.py of the release), with gradients passed straight through rounding.

The same arithmetic as `asymmetric` of main/engine/interventions/quantisers.ts.
"""

from __future__ import annotations

import torch

SMALLEST_SCALE, LARGEST_SCALE = 1e-5, 1e4


def round_through(x: torch.Tensor) -> torch.Tensor:
    """Half to even; the gradient is that of x."""
    return x + (x.round() - x).detach()


def asymmetric(x: torch.Tensor, levels: int, axes: tuple[int, ...]) -> torch.Tensor:
    """x^ of x between its minimum and maximum over `axes`, in `levels` steps (2^bits - 1)."""
    low = x.amin(axes, keepdim=True)
    scale = ((x.amax(axes, keepdim=True) - low) / levels).clamp(SMALLEST_SCALE, LARGEST_SCALE)
    zero = (-low / scale).clamp(-LARGEST_SCALE, LARGEST_SCALE).round()
    quants = (round_through(x / scale) + zero).clamp(0, levels)
    return (quants - zero) * scale
