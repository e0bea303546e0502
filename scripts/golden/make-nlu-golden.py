"""What the embedded NLU model says about 500 test utterances of every locale, by PyTorch in float32.

    python make-nlu-golden.py RUN TOKENIZER MODEL.gguf DATA OUT

RUN and TOKENIZER: as for lab/nlu/export.py, which wrote MODEL.gguf of them; DATA: a folder with LOCALE.jsonl.gz; OUT: in the project
scripts/verify/fixtures/massive/actbench-nlu.json.gz. Needs torch, gguf, tokenizers and numpy; their versions are written into the result.

The utterances are those that a plan with `limit: 500` chooses: number floor(k n / 500) of the ids in numerical order, in every locale.
Intents and labels are bytes in base64, one for each utterance and one for each word, utterances end to end.
"""

import base64
import gzip
import hashlib
import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'lab' / 'nlu'))

from export import load, predict  # noqa: E402
from massive import locales_in, read  # noqa: E402
from metrics import score, summarise  # noqa: E402

UTTERANCES = 500


def main() -> None:
    run, tokenizer_path, model_path, data, out = map(Path, sys.argv[1:])
    config = json.loads((run / 'config.json').read_text(encoding='utf-8'))
    model, tokenizer = load(model_path, config), Tokenizer.from_file(str(tokenizer_path))
    chosen, locales = None, {}
    for locale in locales_in(data):
        rows = sorted(read(data, locale, 'test'))
        ids = [rows[k * len(rows) // UTTERANCES][0] for k in range(UTTERANCES)]
        if chosen not in (None, ids):
            raise ValueError(f'{locale}: other ids than the locale before')
        chosen = ids
        wanted = set(ids)
        locales[locale] = measure(config, model, tokenizer, [row for row in rows if row[0] in wanted])
        print(locale, *(f'{key} {locales[locale][key]:.4f}' for key in ('intent', 'slot_f1', 'exact')), flush=True)
    golden = {
        'about': {name: version(name) for name in ('torch', 'tokenizers', 'gguf', 'numpy')},
        'sha256': hashlib.sha256(model_path.read_bytes()).hexdigest(),
        'intents': config['intents'], 'slots': config['slots'], 'ids': chosen, 'locales': locales,
    }
    out.write_bytes(gzip.compress(json.dumps(golden).encode(), mtime=0))
    print(f'{out}: {out.stat().st_size} bytes')


def measure(config: dict, model, tokenizer: Tokenizer, rows: list[tuple]) -> dict:
    intents, labels = predict(model, tokenizer, [words for _, _, words, _ in rows])
    flat = np.concatenate(labels)
    gold = {
        'intents': np.array([config['intents'].index(intent) for _, intent, _, _ in rows]),
        'labels': np.array([config['slots'].index(label) for *_, own in rows for label in own]),
        'offsets': np.concatenate([[0], np.cumsum([len(own) for *_, own in rows])]),
    }
    return {**summarise(score(gold, intents, flat)), 'predicted_intents': packed(intents), 'predicted_labels': packed(flat)}


def packed(values: np.ndarray) -> str:
    return base64.b64encode(values.astype(np.uint8).tobytes()).decode()


if __name__ == '__main__':
    main()
