"""MASSIVE's token arrays on the training device: augmentation, length buckets and padding as a few wide operations.

Everything stays on the device and is drawn once an epoch, so a batch costs a handful of gathers and no host work.
"""

import json
from pathlib import Path

import numpy as np
import torch

from encoder import BOS, EOS, PAD

IGNORED = -100


def load(folder: Path, part: str, locales: list[int] | None = None) -> dict[str, np.ndarray]:
    """The arrays that prepare.py wrote, parts joined, all or some locales (by index)."""
    files = sorted(folder.glob(f'{part}-*.npz'))
    if not files:
        raise FileNotFoundError(f'{folder} holds no {part}-N.npz; run prepare.py first')
    loaded = [np.load(file) for file in files]
    arrays = {key: np.concatenate([part_arrays[key] for part_arrays in loaded]) for key in loaded[0].files}
    if locales is not None:
        kept = np.isin(arrays['locales'], locales)
        token_kept = np.repeat(kept, arrays['lengths'])
        arrays = {key: values[token_kept if key in ('ids', 'labels') else kept] for key, values in arrays.items()}
    arrays['offsets'] = np.concatenate([[0], np.cumsum(arrays['lengths'], dtype=np.int64)])
    return arrays


def names(folder: Path) -> dict:
    return json.loads((folder / 'labels.json').read_text(encoding='utf-8'))


class Corpus:
    """Utterances of which values of slots may be swapped for others of the same locale, intent and slot."""

    def __init__(self, arrays: dict[str, np.ndarray], device: torch.device, generator: torch.Generator):
        self.device, self.generator = device, generator
        on_device = lambda values: torch.as_tensor(values, device=device)
        self.ids = on_device(arrays['ids'].astype(np.int32))
        self.labels = on_device(arrays['labels'])
        self.intents = on_device(arrays['intents'].astype(np.int64))
        segments = cut_segments(arrays)
        self.segments = {key: on_device(values) for key, values in segments.items()}
        self.count = len(arrays['lengths'])

    def random(self, *size: int) -> torch.Tensor:
        return torch.rand(*size, device=self.device, generator=self.generator)

    def draw_epoch(self, swap_rate: float) -> 'Epoch':
        """All utterances once, each slot value swapped with the given probability."""
        segments = self.segments
        total = len(segments['start'])
        size = segments['group_size']
        other = segments['group_start'] + (self.random(total) * size).long().clamp(max=size - 1)
        swaps = (self.random(total) < swap_rate) & segments['is_slot']
        chosen = torch.where(swaps, segments['order'][other], torch.arange(total, device=self.device))
        lengths = segments['length'][chosen]
        before = lengths.cumsum(0) - lengths
        tokens = torch.arange(int(lengths.sum()), device=self.device)
        index = torch.repeat_interleave(segments['start'][chosen] - before, lengths) + tokens
        utterance_lengths = torch.zeros(self.count, dtype=torch.int64, device=self.device)
        utterance_lengths.index_add_(0, segments['utterance'], lengths)
        return Epoch(self, index, utterance_lengths)


def cut_segments(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Runs of tokens that carry one label; sub-words belong to their word."""
    labels, offsets = arrays['labels'].astype(np.int64), arrays['offsets']
    lengths = arrays['lengths'].astype(np.int64)
    begins = np.flatnonzero(labels >= 0)
    word_of_token = np.cumsum(labels >= 0) - 1
    full = labels[begins][np.maximum(word_of_token, 0)]
    border = np.ones(len(full), bool)
    border[1:] = full[1:] != full[:-1]
    border[offsets[:-1][lengths > 0]] = True
    start = np.flatnonzero(border)
    utterance = np.searchsorted(offsets, start, side='right') - 1
    slot = full[start]
    key = (arrays['locales'][utterance].astype(np.int64) * 256 + arrays['intents'][utterance]) * 256 + slot
    order = np.argsort(key, kind='stable')
    _, group, size = np.unique(key, return_inverse=True, return_counts=True)
    first = np.cumsum(size) - size
    return {
        'start': start, 'length': np.diff(np.append(start, len(full))), 'utterance': utterance, 'is_slot': slot > 0,
        'order': order, 'group_start': first[group], 'group_size': size[group],
    }


class Epoch:
    """One pass over a corpus in batches of similar length."""

    def __init__(self, corpus: Corpus, index: torch.Tensor, lengths: torch.Tensor):
        self.corpus, self.index, self.lengths = corpus, index, lengths
        self.offsets = lengths.cumsum(0) - lengths

    def batches(self, tokens: int, longest: int, shuffled: bool = True) -> list[tuple[torch.Tensor, int]]:
        """(utterances, their greatest length) such that each has at most `tokens` places, <s> and </s> included."""
        lengths = self.lengths.clamp(max=longest)
        noise = self.corpus.random(len(lengths)) if shuffled else 0.0
        order = torch.argsort(lengths + noise)
        sorted_lengths = lengths[order].cpu().numpy() + 2
        cuts, end = [], len(sorted_lengths)
        while end > 0:
            start = max(0, end - max(1, tokens // int(sorted_lengths[end - 1])))
            cuts.append((order[start:end], int(sorted_lengths[end - 1]) - 2))
            end = start
        if shuffled:
            # Drawn on the device, so that one generator rules all.
            turn = torch.argsort(self.corpus.random(len(cuts))).tolist()
            cuts = [cuts[at] for at in turn]
        return cuts

    def gather(self, rows: torch.Tensor, length: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """(ids [rows, length + 2], slot labels with IGNORED where there is none, intents) of some utterances."""
        corpus = self.corpus
        lengths = self.lengths[rows].clamp(max=length)
        places = torch.arange(length, device=corpus.device)
        present = places < lengths[:, None]
        at = self.index[(self.offsets[rows][:, None] + places).clamp(max=len(self.index) - 1)]
        ids = torch.full((len(rows), length + 2), PAD, dtype=torch.int64, device=corpus.device)
        labels = torch.full_like(ids, IGNORED)
        ids[:, 1:-1] = torch.where(present, corpus.ids[at].long(), PAD)
        ids[:, 0] = BOS
        ids.scatter_(1, (lengths + 1)[:, None], EOS)
        found = corpus.labels[at].long()
        labels[:, 1:-1] = torch.where(present & (found >= 0), found, IGNORED)
        return ids, labels, corpus.intents[rows]
