"""python -m pytest test_metrics.py (or python test_metrics.py): worked examples of the metrics and of the tokenisation."""

import numpy as np

from massive import words_and_labels
from metrics import score, summarise

NAMES = {name: index for index, name in enumerate(['Other', 'X', 'Y', 'Z', 'time', 'date', 'artist', 'song', 'place', 'person', 'wd'])}


def arrays(rows):
    labels = np.array([NAMES[word] for row in rows for word in row.split()], int)
    return labels, np.cumsum([0] + [len(row.split()) for row in rows])


def counts(gold, predicted):
    """`predicted` is cut or filled with the outside label, as lists of a text-to-text model are."""
    fitted = [' '.join((p.split() + ['Other'] * 99)[: len(g.split())]) for p, g in zip(predicted, gold)]
    labels, offsets = arrays(gold)
    intents = np.zeros(len(gold), int)
    return score({'labels': labels, 'offsets': offsets, 'intents': intents}, intents, arrays(fitted)[0])


def test_f1_cases():
    for predicted, gold, expected in [
        (['X X Z'], ['X X Y'], 0.5),
        (['X X Y Other'], ['X X Y Other Y'], 0.8),
        (['X X Z Z'], ['X X Y'], 0.5),
        (['X X Other X X Y Z'], ['X X Other X X Z Y'], 0.5),
        (['X X X Y Y'], ['X X Other Y Y'], 0.5),
        (['Other', 'X'], ['Y', 'X'], 2 / 3),
        (['Other Other'], ['Other Other'], 0.0),
    ]:
        assert abs(summarise(counts(gold, predicted))['slot_f1'] - expected) < 1e-12, (predicted, gold)


def test_five_utterances():
    gold = ['Other Other Other Other time time date date', 'Other wd Other date', 'Other Other Other', 'Other artist artist Other song', 'place place Other']
    predicted = [gold[0], gold[1] + ' date', 'Other Other person', 'Other artist Other Other song', 'place place']
    scores = counts(gold, predicted)
    assert (scores['hits'].sum(), scores['predicted'].sum(), scores['present'].sum()) == (6, 8, 7)
    assert scores['exact'].tolist() == [True, True, False, False, True]


def test_words():
    cases = [
        ('en-US', 'wake me up at five am this week', 'wake me up at [time : five am] [date : this week]', 'Other Other Other Other time time date date'),
        ('ja-JP', '', '[time : 午後五時] に起こして', 'time time time time Other Other Other Other Other'),
        ('ja-JP', '', '[date : 明日] の [time : 7am] に起こして', 'date date Other time time time time time time'),
        ('zh-CN', '', '播放 [artist_name : taylor swift] 的歌', 'Other Other artist_name artist_name artist_name artist_name'),
        ('ja-JP', '', '[artist_name : テイラー ] の 曲', ' '.join(['artist_name'] * 7)),
        ('th-TH', 'a\u200bb c', '[time : a\u200bb] c', 'time Other'),
    ]
    for locale, utterance, annotated, expected in cases:
        assert words_and_labels(locale, utterance, annotated)[1] == expected.split(), annotated


if __name__ == '__main__':
    for name, check in list(globals().items()):
        if name.startswith('test_'):
            check()
            print('ok', name)
