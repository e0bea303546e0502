"""python -m pytest test_batches.py (or python test_batches.py): what batches hold, with and without swapped slot values."""

import numpy as np
import torch

from batches import IGNORED, Corpus
from encoder import BOS, EOS, PAD

LOCALES, INTENTS, SLOTS = 2, 3, 4


def make_corpus(count: int = 60):
    rng = np.random.default_rng(5)
    labels, ids, lengths = [], [], []
    for _ in range(count):
        words = rng.integers(1, 7)
        row = []
        for _ in range(words):
            row += [int(rng.integers(0, SLOTS)), *[-1] * int(rng.integers(0, 3))]
        labels += row
        # An id tells the word's label, so that a swap can be checked: 1000 times the label, then a serial number.
        slot = 0
        for label in row:
            slot = slot if label < 0 else label
            ids.append(1000 * (slot + 1) + len(ids))
        lengths.append(len(row))
    arrays = {
        'ids': np.array(ids, np.uint16), 'labels': np.array(labels, np.int8), 'lengths': np.array(lengths, np.uint8),
        'intents': rng.integers(0, INTENTS, count).astype(np.uint8), 'locales': rng.integers(0, LOCALES, count).astype(np.uint8),
        'sources': np.arange(count, dtype=np.uint16),
    }
    arrays['offsets'] = np.concatenate([[0], np.cumsum(lengths)])
    return arrays, Corpus(arrays, torch.device('cpu'), torch.Generator().manual_seed(3))


def rows_of(epoch, tokens=64):
    found = {}
    for rows, length in epoch.batches(tokens, 190):
        ids, labels, intents = epoch.gather(rows, length)
        assert ids.numel() <= max(tokens, ids.shape[1])
        for at, row in enumerate(rows.tolist()):
            size = int((ids[at] != PAD).sum())
            assert ids[at, 0] == BOS and ids[at, size - 1] == EOS and labels[at, 0] == labels[at, size - 1] == IGNORED
            assert row not in found
            found[row] = (ids[at, 1 : size - 1].tolist(), labels[at, 1 : size - 1].tolist(), int(intents[at]))
    return found


def test_without_swaps_every_utterance_comes_once_as_it_is():
    arrays, corpus = make_corpus()
    found = rows_of(corpus.draw_epoch(0.0))
    for at in range(len(arrays['lengths'])):
        part = slice(arrays['offsets'][at], arrays['offsets'][at + 1])
        labels = np.where(arrays['labels'][part] < 0, IGNORED, arrays['labels'][part])
        assert found[at] == (arrays['ids'][part].tolist(), labels.tolist(), arrays['intents'][at])


def test_swaps_keep_intent_slots_and_what_is_outside():
    arrays, corpus = make_corpus()
    plain, swapped = rows_of(corpus.draw_epoch(0.0)), rows_of(corpus.draw_epoch(1.0))
    segment = lambda ids: [ids[at] // 1000 for at in range(len(ids)) if at == 0 or ids[at] // 1000 != ids[at - 1] // 1000]
    outside = lambda ids: [value for value in ids if value // 1000 == 1]
    assert any(plain[at][0] != swapped[at][0] for at in plain)
    # Serial numbers below 1000 let the thousands tell the slot.
    assert max(arrays['ids']) < 1000 * (SLOTS + 1) and len(arrays['ids']) < 1000
    for at in plain:
        assert segment(plain[at][0]) == segment(swapped[at][0]), at
        assert outside(plain[at][0]) == outside(swapped[at][0]), at
        assert plain[at][2] == swapped[at][2]
    owner = {int(value): row for row in plain for value in plain[row][0]}
    for at in swapped:
        for value in swapped[at][0]:
            source = owner[value]
            assert (arrays['locales'][source], arrays['intents'][source]) == (arrays['locales'][at], arrays['intents'][at])


if __name__ == '__main__':
    for name, check in list(globals().items()):
        if name.startswith('test_'):
            check()
            print('ok', name)
