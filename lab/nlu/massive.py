"""Reads MASSIVE and turns annotated utterances into words with labels, as the reference implementation does.

Source: alexa/massive, scripts/create_hf_dataset.py (the rules of its two tokenisations, "compat" here).
"""

import gzip
import json
from pathlib import Path

OUTSIDE = 'Other'
CHARACTER_LOCALES = ('ja-JP', 'zh-CN', 'zh-TW')


def locales_in(folder: Path) -> list[str]:
    return sorted(path.name.split('.')[0] for path in folder.glob('*.jsonl*'))


def read(folder: Path, locale: str, partition: str):
    """Yields (utterance id, intent, words, labels) of one locale and partition, in file order."""
    path = next(folder.glob(f'{locale}.jsonl*'))
    with (gzip.open if path.suffix == '.gz' else open)(path, 'rt', encoding='utf-8') as lines:
        for line in lines:
            row = json.loads(line)
            if row['partition'] == partition:
                yield int(row['id']), row['intent'], *words_and_labels(row['locale'], row['utt'], row['annot_utt'])


def words_and_labels(locale: str, utterance: str, annotated: str) -> tuple[list[str], list[str]]:
    if locale in CHARACTER_LOCALES:
        return by_character(annotated)
    words, labels = utterance.split(), by_word(annotated)
    if len(words) != len(labels):
        raise ValueError(f'{locale}: {len(words)} words but {len(labels)} labels in {annotated!r}')
    return words, labels


def by_word(annotated: str) -> list[str]:
    label, labels = OUTSIDE, []
    chunks = iter(annotated.split())
    for chunk in chunks:
        if chunk.startswith('['):
            label = chunk[1:]
            next(chunks)  # the colon
        elif chunk.endswith(']'):
            labels.append(label)
            label = OUTSIDE
        else:
            labels.append(label)
    return labels


def by_character(annotated: str) -> tuple[list[str], list[str]]:
    label, expects_colon, words, labels = OUTSIDE, False, [], []
    for chunk in annotated.split():
        if chunk.startswith('['):
            label, expects_colon = chunk[1:], True
        elif chunk == ':' and expects_colon:
            expects_colon = False
        elif chunk.isascii():
            # The reference does not close the slot here; published scores depend on it.
            words.append(chunk.rstrip(']'))
            labels.append(label)
        else:
            for character in chunk:
                if character == ']':
                    label = OUTSIDE
                else:
                    words.append(character)
                    labels.append(label)
    return words, labels
