"""Intent accuracy, slot micro-F1 and exact match over flat label arrays.

Entities are runs of one label other than the outside one (adjacent slots of one type merge, as in the reference), so an
entity is (type, first word, last word) within its utterance.
"""

import numpy as np


def entity_counts(gold: np.ndarray, predicted: np.ndarray, offsets: np.ndarray, outside: int = 0):
    """Per utterance (true positives, predicted entities, gold entities, every label equal).

    `gold` and `predicted` hold one label a word, utterances end to end; utterance i is offsets[i]:offsets[i + 1].
    """
    first = np.zeros(len(gold) + 1, bool)
    first[offsets] = True
    gold_start, gold_end = entity_bounds(gold, first, outside)
    predicted_start, predicted_end = entity_bounds(predicted, first, outside)
    hit = gold_start & predicted_start & (gold == predicted) & (gold_end == predicted_end)
    per_utterance = lambda flags: np.diff(np.concatenate([[0], np.cumsum(flags)])[offsets])
    return (
        per_utterance(hit), per_utterance(predicted_start), per_utterance(gold_start),
        per_utterance(gold != predicted) == 0,
    )


def entity_bounds(labels: np.ndarray, first: np.ndarray, outside: int):
    """(is the first word of an entity, index of the last word of the run that each word is in)."""
    count = len(labels)
    changes = np.ones(count + 1, bool)
    changes[1:count] = labels[1:] != labels[:-1]
    borders = changes | first
    ends = np.where(borders[1:], np.arange(count), count)
    last = np.minimum.accumulate(ends[::-1])[::-1]
    return borders[:-1] & (labels != outside), last


def score(gold: dict, predicted_intents: np.ndarray, predicted_labels: np.ndarray) -> dict[str, np.ndarray]:
    """Per utterance arrays; `gold` has intents [utterances], labels [words] and offsets [utterances + 1]."""
    hits, predicted, present, equal = entity_counts(gold['labels'], predicted_labels, gold['offsets'])
    intent = predicted_intents == gold['intents']
    return {'intent': intent, 'exact': intent & equal, 'hits': hits, 'predicted': predicted, 'present': present}


def summarise(scores: dict[str, np.ndarray], chosen=slice(None)) -> dict[str, float]:
    entities = scores['predicted'][chosen].sum() + scores['present'][chosen].sum()
    return {
        'intent': float(scores['intent'][chosen].mean()),
        'slot_f1': float(2 * scores['hits'][chosen].sum() / entities) if entities else 0.0,
        'exact': float(scores['exact'][chosen].mean()),
    }


def by_locale(scores: dict[str, np.ndarray], locale_of: np.ndarray, locales: list[str]) -> dict[str, dict[str, float]]:
    """Figures of every locale, of all utterances (`pooled`) and the mean over locales (`macro`)."""
    table = {name: summarise(scores, locale_of == index) for index, name in enumerate(locales)}
    macro = {key: float(np.mean([row[key] for row in table.values()])) for key in ('intent', 'slot_f1', 'exact')}
    return {**table, 'pooled': summarise(scores), 'macro': macro}
