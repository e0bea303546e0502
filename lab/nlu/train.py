"""Trains the encoder on all locales of MASSIVE within a time budget. Needs torch and numpy only.

    python train.py DATA --out OUT --minutes 9          DATA as prepare.py wrote it
    python train.py DATA --out OUT --steps 20000        the same schedule by steps, whatever the machine's speed

Every batch is seen twice at once: as it is, and with words masked. Both views learn intents and slots, are pulled together
(symmetric KL, as R-Drop), and the masked view also learns to name the masked words. Slot values are swapped for others
of the same locale, intent and slot. What is kept is the running average of the weights.

Writes OUT/config.json, OUT/weights-N.npz (matrices in float16), OUT/log.jsonl and OUT/dev.json. With --state FILE a run that was cut
goes on from its last evaluation, with a newly drawn epoch.
"""

import argparse
import json
import math
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

import batches
from batches import IGNORED, Corpus
from encoder import BOS, EOS, PAD, UNKNOWN, Encoder, Shape
from metrics import by_locale, score

WEIGHTS_PART_BYTES = 24_000_000
FIRST_WORD = 4
DECAY_LIMIT = 0.9995
# Share of the budget after which the divergence has its full weight.
AGREEMENT_FROM = 0.15


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('data', type=Path)
    parser.add_argument('--out', type=Path, required=True)
    budget = parser.add_mutually_exclusive_group(required=True)
    budget.add_argument('--minutes', type=float, help='of training, evaluation included')
    budget.add_argument('--steps', type=int)
    parser.add_argument('--state', type=Path, help='where to keep all that resuming needs')
    parser.add_argument('--seed', type=int, default=7)
    parser.add_argument('--locales', help='comma-separated, for small trials; default all')
    for name, default in [('width', 384), ('layers', 6), ('heads', 6), ('feed-forward', 1536)]:
        parser.add_argument(f'--{name}', type=int, default=default)
    parser.add_argument('--batch-tokens', type=int, default=16_384, help='of one view; both views double it')
    parser.add_argument('--rate', type=float, default=8e-4)
    parser.add_argument('--warm-up', type=float, default=0.05, help='share of the budget')
    parser.add_argument('--weight-decay', type=float, default=0.05)
    parser.add_argument('--dropout', type=float, default=0.2)
    parser.add_argument('--attention-dropout', type=float, default=0.1)
    parser.add_argument('--head-dropout', type=float, default=0.3)
    parser.add_argument('--smoothing', type=float, default=0.1, help='of intent labels; slot labels get a quarter')
    parser.add_argument('--slot-weight', type=float, default=4.0, help='the paper: 4')
    parser.add_argument('--mask-rate', type=float, default=0.15)
    parser.add_argument('--mask-weight', type=float, default=0.5, help='of the masked-word loss; falls to zero at the end')
    parser.add_argument('--agreement', type=float, default=0.5, help='weight of the divergence between the views; 0: one masked view')
    parser.add_argument('--swap-rate', type=float, default=0.3)
    parser.add_argument('--evaluations', type=int, default=6)
    parser.add_argument('--compile', action='store_true')
    return parser.parse_args()


def main() -> None:
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    Run(options).train()


class Run:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
        torch.manual_seed(options.seed)
        torch.backends.cuda.matmul.allow_tf32 = True
        self.generator = torch.Generator(self.device).manual_seed(options.seed)
        self.names = batches.names(options.data)
        chosen = None if options.locales is None else [self.names['locales'].index(name) for name in options.locales.split(',')]
        train, self.dev = (batches.load(options.data, part, chosen) for part in ('train', 'dev'))
        self.corpus = Corpus(train, self.device, self.generator)
        self.dev_corpus = Corpus(self.dev, self.device, self.generator)
        vocabulary = vocabulary_size(options.data)
        self.shape = Shape(
            vocabulary, len(self.names['intents']), len(self.names['slots']), width=options.width, layers=options.layers,
            heads=options.heads, feed_forward=options.feed_forward,
        )
        rates = (options.dropout, options.attention_dropout, options.head_dropout)
        self.model = Encoder(self.shape, *rates).to(self.device)
        self.average = Encoder(self.shape).to(self.device).eval().requires_grad_(False)
        self.average.load_state_dict(self.model.state_dict())
        self.forward = torch.compile(self.model, dynamic=True) if options.compile else self.model
        self.optimiser = make_optimiser(self.model, options, fused=self.device.type == 'cuda')
        self.step, self.epoch, self.spent = 0, 0, 0.0
        self.resume()
        self.started = time.monotonic() - self.spent

    def autocast(self):
        return torch.autocast('cuda', torch.bfloat16) if self.device.type == 'cuda' else nullcontext()

    def progress(self) -> float:
        if self.options.steps is not None:
            return self.step / self.options.steps
        return (time.monotonic() - self.started) / (60 * self.options.minutes)

    def train(self) -> None:
        parameters = sum(values.numel() for values in self.model.parameters())
        self.log({'parameters': parameters, 'device': str(self.device), 'options': {key: str(value) for key, value in vars(self.options).items()}})
        evaluated = math.floor(self.progress() * self.options.evaluations)
        while self.progress() < 1:
            current = self.corpus.draw_epoch(self.options.swap_rate)
            for rows, length in current.batches(self.options.batch_tokens, self.longest()):
                progress = self.progress()
                if progress >= 1:
                    break
                if progress * self.options.evaluations >= evaluated + 1:
                    evaluated += 1
                    self.checkpoint(progress)
                self.learn(current.gather(rows, length), progress)
            self.epoch += 1
        self.finish()

    def longest(self) -> int:
        return self.shape.positions - 2

    def learn(self, batch: tuple[torch.Tensor, torch.Tensor, torch.Tensor], progress: float) -> None:
        rate = self.options.rate * schedule(progress, self.options.warm_up)
        for group in self.optimiser.param_groups:
            group['lr'] = rate
        self.model.train()
        with self.autocast():
            losses = self.losses(*batch, progress)
            loss = sum(losses.values())
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0, foreach=True)
        self.optimiser.step()
        self.follow()
        self.step += 1
        if self.step % 200 == 0 or self.step == 20:
            figures = {key: round(float(value.detach()), 4) for key, value in losses.items()}
            self.log({'step': self.step, 'epoch': self.epoch, 'seconds': round(time.monotonic() - self.started, 1), 'rate': rate, **figures})

    def losses(self, ids, labels, intents, progress: float) -> dict[str, torch.Tensor]:
        options = self.options
        two_views = options.agreement > 0
        masked, places = self.mask(ids)
        views = torch.cat([ids, masked]) if two_views else masked
        intent_logits, slot_logits, states = self.forward(views)
        copies = 2 if two_views else 1
        intent_logits, slot_logits = intent_logits.float(), slot_logits.float()
        result = {
            'intent': functional.cross_entropy(intent_logits, intents.repeat(copies), label_smoothing=options.smoothing),
            'slot': options.slot_weight * functional.cross_entropy(
                slot_logits.flatten(0, 1), labels.repeat(copies, 1).flatten(), ignore_index=IGNORED, label_smoothing=options.smoothing / 4,
            ),
        }
        if options.mask_weight > 0:
            named = self.model.masked_words(states[-len(ids):].flatten(0, 1)[places])
            loss = functional.cross_entropy(named.float(), ids.flatten()[places])
            result['masked'] = options.mask_weight * max(0.0, 1 - progress) * loss
        if two_views:
            known = (labels != IGNORED).float()
            slots = divergence(*slot_logits.chunk(2))
            # Views can only agree on what has been learned.
            result['agreement'] = options.agreement * min(1.0, progress / AGREEMENT_FROM) * (
                divergence(*intent_logits.chunk(2)).mean() + options.slot_weight * (slots * known).sum() / known.sum()
            )
        return result

    def mask(self, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids with some words hidden, and the flat places of them: a fixed share, so that no shape depends on data."""
        chance = self.corpus.random(*ids.shape).masked_fill((ids == PAD) | (ids == BOS) | (ids == EOS), -1.0)
        # Some utterances lose more words than others.
        chance = chance + 0.3 * self.corpus.random(len(ids), 1)
        places = chance.flatten().topk(max(1, int(self.options.mask_rate * ids.numel()))).indices
        kind = self.corpus.random(len(places))
        other = FIRST_WORD + (self.corpus.random(len(places)) * (self.shape.vocabulary - FIRST_WORD - 1)).long()
        flat = ids.flatten()
        hidden = torch.where(kind < 0.8, torch.full_like(other, self.shape.vocabulary - 1), torch.where(kind < 0.9, other, flat[places]))
        # A batch may have fewer words than the share asks for; what is no word stays as it is.
        hidden = torch.where(flat[places] < UNKNOWN, flat[places], hidden)
        return flat.scatter(0, places, hidden).view_as(ids), places

    def follow(self) -> None:
        decay = min(DECAY_LIMIT, (1 + self.step) / (10 + self.step))
        averaged, current = list(self.average.parameters()), list(self.model.parameters())
        torch._foreach_lerp_(averaged, [values.detach() for values in current], 1 - decay)

    def checkpoint(self, progress: float) -> None:
        table = self.evaluate(self.average)
        self.log({'step': self.step, 'epoch': self.epoch, 'progress': round(progress, 3), 'dev': table['pooled'], 'current': self.evaluate(self.model)['pooled']})
        self.save(self.average, table)
        self.keep_state()

    def finish(self) -> None:
        tables = {'average': self.evaluate(self.average), 'current': self.evaluate(self.model)}
        best = max(tables, key=lambda name: tables[name]['pooled']['exact'])
        self.save(self.average if best == 'average' else self.model, tables[best])
        self.keep_state()
        self.log({'step': self.step, 'epoch': self.epoch, 'kept': best, **{name: table['pooled'] for name, table in tables.items()}})

    @torch.no_grad()
    def evaluate(self, model: Encoder) -> dict:
        model.eval()
        lengths = self.dev['lengths'].astype(np.int64)
        token_offsets = self.dev['offsets']
        intents = np.zeros(len(lengths), np.int64)
        predicted = np.zeros(len(self.dev['labels']), np.int64)
        epoch = self.dev_corpus.draw_epoch(0.0)
        for rows, length in epoch.batches(4 * self.options.batch_tokens, self.longest(), shuffled=False):
            ids, _, _ = epoch.gather(rows, length)
            with self.autocast():
                intent_logits, slot_logits, _ = model(ids)
            rows = rows.cpu().numpy()
            intents[rows] = intent_logits.argmax(-1).cpu().numpy()
            slots = slot_logits.argmax(-1).cpu().numpy()[:, 1:-1]
            places = np.arange(length)
            present = places < lengths[rows][:, None]
            predicted[(token_offsets[rows][:, None] + places)[present]] = slots[present]
        labels = self.dev['labels'].astype(np.int64)
        words = labels >= 0
        gold = {
            'intents': self.dev['intents'], 'labels': labels[words],
            'offsets': np.concatenate([[0], np.cumsum(words)])[token_offsets],
        }
        present_locales = np.unique(self.dev['locales'])
        scores = score(gold, intents, predicted[words])
        return by_locale(scores, np.searchsorted(present_locales, self.dev['locales']), [self.names['locales'][at] for at in present_locales])

    def log(self, entry: dict) -> None:
        print(json.dumps(entry), flush=True)
        with (self.options.out / 'log.jsonl').open('a', encoding='utf-8') as file:
            file.write(json.dumps(entry) + '\n')

    def save(self, model: Encoder, table: dict) -> None:
        out = self.options.out
        (out / 'config.json').write_text(json.dumps({'shape': self.shape.to_json(), **self.names, 'step': self.step, 'epoch': self.epoch}, indent=1) + '\n', encoding='utf-8')
        (out / 'dev.json').write_text(json.dumps(table, indent=1) + '\n', encoding='utf-8')
        parts, size = [{}], 0
        for name, values in model.state_dict().items():
            array = values.cpu().numpy()
            array = array.astype(np.float16) if array.ndim == 2 else array.astype(np.float32)
            if size + array.nbytes > WEIGHTS_PART_BYTES:
                parts.append({})
                size = 0
            parts[-1][name] = array
            size += array.nbytes
        for number, part in enumerate(parts):
            np.savez(out / f'weights-{number}.npz', **part)

    def keep_state(self) -> None:
        if self.options.state is None:
            return
        torch.save({
            'model': self.model.state_dict(), 'average': self.average.state_dict(), 'optimiser': self.optimiser.state_dict(), 'step': self.step,
            'epoch': self.epoch, 'spent': time.monotonic() - self.started, 'generator': self.generator.get_state(), 'random': torch.get_rng_state(),
        }, self.options.state)

    def resume(self) -> None:
        if self.options.state is None or not self.options.state.exists():
            return
        state = torch.load(self.options.state, map_location='cpu', weights_only=True)
        self.model.load_state_dict(state['model'])
        self.average.load_state_dict(state['average'])
        self.optimiser.load_state_dict(state['optimiser'])
        self.step, self.epoch, self.spent = state['step'], state['epoch'], state['spent']
        self.generator.set_state(state['generator'])
        torch.set_rng_state(state['random'])


def vocabulary_size(folder: Path) -> int:
    return len(json.loads((folder / 'tokenizer.json').read_text(encoding='utf-8'))['model']['vocab'])


def make_optimiser(model: Encoder, options: argparse.Namespace, fused: bool) -> torch.optim.AdamW:
    matrices = [values for values in model.parameters() if values.ndim > 1]
    others = [values for values in model.parameters() if values.ndim <= 1]
    groups = [{'params': matrices, 'weight_decay': options.weight_decay}, {'params': others, 'weight_decay': 0.0}]
    return torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.98), eps=1e-8, fused=fused)


def schedule(progress: float, warm_up: float) -> float:
    if progress < warm_up:
        return max(1e-3, progress / warm_up)
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - warm_up) / (1 - warm_up))))


def divergence(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Symmetric Kullback-Leibler divergence of two sets of logits, in nats, over the last axis."""
    one, other = one.log_softmax(-1), other.log_softmax(-1)
    return 0.5 * ((one.exp() - other.exp()) * (one - other)).sum(-1)


if __name__ == '__main__':
    main()
