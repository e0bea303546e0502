"""OmniQuant's learnable equivalent transformation for activations of few bits and weights as they are (Shao et al., ICLR 2024).

  python lab/omniquant/train.py MODEL --text wiki.valid.tokens.gz --bits 8 6 4 --out FOLDER

Block by block: what the block gives in exact arithmetic for exact inputs is the target, its quantised output for the inputs that the
quantised blocks before it give comes near to it by learning the scales (`scales.py`), mean squared error, AdamW without decay, rates that fall to zero along a cosine. Writes
NAME-aBITS.safetensors for each width, and `training-log.jsonl`: loss of each block before and after, then the perplexity on rows of
the same text that nothing was learned from, exact, with the scales of the start and with the learned ones.

Against the release: logarithms of scales are learned; one scale for two channels that are rotated together; weight clipping has nothing
to do where weights are not rounded; the scale between v and the attention output only where each query head has its own value head, as
there, unless `--grouped-values`; the falling rate, because rounding's straight-through gradients are noisy to the end; a block whose loss rose keeps the scales of the start; and a choice of loss. The first token of a row and
a few others can be a thousand times as large as the rest in a residual stream (Sun et al. 2024, arXiv 2402.17762), and then they are all that
the published mean squared error sees.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from pathlib import Path

# For sums in one order on a GPU too; read when CUDA starts.
os.environ.setdefault('CUBLAS_WORKSPACE_CONFIG', ':4096:8')

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

from checkpoint import fingerprint, open_model, sha256  # noqa: E402
from decoder import Decoder, exact  # noqa: E402
from scales import BlockScales, quantised, save, start  # noqa: E402
from text import read_text, rows_of  # noqa: E402


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('model', type=Path, help='GGUF file or safetensors directory')
    parser.add_argument('--text', type=Path, required=True, help='plain text, or WikiText .tokens, .gz or not')
    parser.add_argument('--bits', type=int, nargs='+', required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--name', help='beginning of the file names; absent: the model file')
    parser.add_argument('--samples', type=int, default=64)
    parser.add_argument('--tokens', type=int, default=512)
    parser.add_argument('--held-out', type=int, default=16, help='rows for the perplexity at the end')
    parser.add_argument('--epochs', type=int, default=20)
    parser.add_argument('--batch', type=int, default=1)
    parser.add_argument('--learning-rate', type=float, default=5e-3)
    parser.add_argument('--alpha', type=float, default=0.5)
    parser.add_argument('--loss', choices=LOSSES, default='mse', help='relative: each token counts by its own magnitude. bounded: and at most 1, however far off it is')
    parser.add_argument('--grouped-values', action='store_true', help='a scale between v and the attention output for grouped heads too')
    parser.add_argument('--layers', type=int, help='only the first ones: for a trial, no file is written')
    parser.add_argument('--seed', type=int, default=0)
    return parser.parse_args()


def mse(found: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return F.mse_loss(found, target)


def relative(found: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return by_token(found, target).mean()


def bounded(found: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    error = by_token(found, target)
    return (error / (1 + error)).mean()


def by_token(found: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Squared error as a share of the token's own square [rows, seq]."""
    return (found - target).square().mean(-1) / target.square().mean(-1)


LOSSES = {'mse': mse, 'relative': relative, 'bounded': bounded}


class Training:
    """The state between blocks: what the exact and the quantised blocks so far give for the samples, [samples, tokens, dModel] each."""

    def __init__(self, decoder: Decoder, ids: torch.Tensor, bits: int, options: argparse.Namespace):
        self.decoder, self.bits, self.options = decoder, bits, options
        self.exact = decoder.embed(ids)
        self.quantised = self.exact.clone()
        self.loss = LOSSES[options.loss]

    @torch.no_grad()
    def target(self, index: int) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """The exact output of a block, and the largest magnitude of each channel that it reads on the way."""
        maxima: dict[str, torch.Tensor] = {}

        def watch(site: str, x: torch.Tensor) -> torch.Tensor:
            largest = x.abs().amax((0, 1))
            maxima[site] = torch.maximum(maxima[site], largest) if site in maxima else largest
            return x

        return torch.cat([self.decoder.block(index, rows, watch) for rows in self.exact.split(4)]), maxima

    @torch.no_grad()
    def run(self, index: int, scales: BlockScales) -> torch.Tensor:
        change = quantised(scales.values(), self.bits)
        return torch.cat([self.decoder.block(index, rows, change) for rows in self.quantised.split(4)])

    def learn(self, index: int, log) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
        """Goes through one block; its scales at the start and at the end."""
        options, began = self.options, time.time()
        target, maxima = self.target(index)
        scales = start(self.decoder, index, maxima, options)
        first = detached(scales)
        before = self.loss(self.run(index, scales), target).item()
        self.descend(index, scales, target)
        after = self.loss(self.run(index, scales), target).item()
        last = detached(scales)
        is_kept = after < before
        if not is_kept:
            scales.load(first)
            last = first
        self.exact, self.quantised = target, self.run(index, scales)
        log({
            'step': 'block', 'bits': self.bits, 'layer': index, 'before': before, 'after': after, 'kept': is_kept, 'seconds': time.time() - began,
            'moved': {name: [ratio.min().item(), ratio.max().item()] for name, ratio in ratios(last, first)},
        })
        return first, last

    def descend(self, index: int, scales: BlockScales, target: torch.Tensor) -> None:
        options = self.options
        optimiser = torch.optim.AdamW(scales.parameters(), lr=options.learning_rate, weight_decay=0)
        order = torch.Generator().manual_seed(options.seed + index)
        steps = options.epochs * -(-len(target) // options.batch)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
        for _ in range(options.epochs):
            for rows in torch.randperm(len(target), generator=order).split(options.batch):
                change = quantised(scales.values(), self.bits)
                loss = self.loss(self.decoder.block(index, self.quantised[rows], change), target[rows])
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                schedule.step()


def detached(scales: BlockScales) -> dict[str, torch.Tensor]:
    return {name: value.detach().clone() for name, value in scales.values().items()}


def ratios(last: dict[str, torch.Tensor], first: dict[str, torch.Tensor]):
    return ((name, value / first[name]) for name, value in last.items())


@torch.no_grad()
def perplexity(decoder: Decoder, ids: torch.Tensor, change_of) -> float:
    """exp of the mean loss over all but the first token of each row."""
    total = 0.0
    for row in ids.split(1):
        logits = decoder.logits(row, change_of)[:, :-1].double()
        total += F.cross_entropy(logits.flatten(0, 1), row[:, 1:].flatten(), reduction='sum').item()
    return float(torch.tensor(total / ids[:, 1:].numel()).exp())


def train(decoder: Decoder, ids: torch.Tensor, held_out: torch.Tensor, bits: int, options: argparse.Namespace, log) -> list[dict[str, torch.Tensor]]:
    training = Training(decoder, ids, bits, options)
    count = options.layers or decoder.shape.layers
    pairs = [training.learn(index, log) for index in range(count)]

    def changes(at: int):
        return lambda index: quantised(pairs[index][at], bits) if index < count else exact

    log({
        'step': 'held-out', 'bits': bits, 'rows': len(held_out), 'exact': perplexity(decoder, held_out, lambda _: exact),
        'start': perplexity(decoder, held_out, changes(0)), 'learned': perplexity(decoder, held_out, changes(1)),
    })
    return [last for _, last in pairs]


def main() -> None:
    options = parse()
    torch.manual_seed(options.seed)
    torch.use_deterministic_algorithms(True, warn_only=True)
    options.out.mkdir(parents=True, exist_ok=True)
    name = options.name or options.model.stem
    with (options.out / 'training-log.jsonl').open('a') as file:
        def log(row: dict) -> None:
            line = json.dumps(row)
            print(line, flush=True)
            file.write(line + '\n')
            file.flush()

        device = 'cuda' if torch.cuda.is_available() else 'cpu'
        model, tokenizer = open_model(options.model, device)
        rows = rows_of(tokenizer, read_text(options.text), options.tokens, options.samples + options.held_out)
        chosen = rows[torch.randperm(len(rows), generator=torch.Generator().manual_seed(options.seed))].to(device)
        samples, held_out = chosen[: options.samples], chosen[options.samples : options.samples + options.held_out]
        recipe = {key: getattr(options, key) for key in ('samples', 'tokens', 'epochs', 'batch', 'learning_rate', 'alpha', 'loss', 'grouped_values', 'seed')}
        log({'step': 'options', **recipe, 'device': torch.cuda.get_device_name() if device == 'cuda' else 'CPU', 'torch': torch.__version__})
        decoder = Decoder(model)
        facts = {
            'model': options.model.name, 'modelSha256': fingerprint(options.model), 'recipe': recipe,
            'text': options.text.name, 'textSha256': sha256(options.text), 'rowsSha256': hashlib.sha256(samples.cpu().numpy().tobytes()).hexdigest(),
        }
        for bits in options.bits:
            began = time.time()
            layers = train(decoder, samples, held_out, bits, options, log)
            if options.layers is None:
                save(options.out / f'{name}-a{bits}.safetensors', layers, {**facts, 'name': f'{name}-a{bits}', 'bits': str(bits)})
            log({'step': 'done', 'bits': bits, 'seconds': time.time() - began})


if __name__ == '__main__':
    main()
