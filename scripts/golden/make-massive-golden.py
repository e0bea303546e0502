"""Metrics of MASSIVE's own evaluation code on made-up predictions, and its words and labels of the whole data set.

    python make-massive-golden.py REFERENCE DATA OUT

REFERENCE: a checkout of https://github.com/alexa/massive (Apache-2.0); DATA: a folder with LOCALE.jsonl.gz; OUT: a folder, in the
project scripts/verify/fixtures/massive. Needs numpy, scikit-learn and seqeval; their versions are written into the result.

Only the functions that score are taken from the reference, unaltered: its modules also import training code that scoring does not
need. Predictions are the right answers, damaged at random: other intents, wrong and moved slots, unknown labels, outputs that are
too long, too short, or without any slot. One set is put as the text of a text-to-text model, one as the positions of an encoder.
"""

import ast
import gzip
import hashlib
import json
import os
import random
import subprocess
import sys
from importlib.metadata import version
from math import sqrt

import numpy as np
import sklearn.metrics as sklm
from seqeval.metrics import classification_report, f1_score

LOCALES = ["en-US", "de-DE", "ja-JP", "th-TH", "ar-SA", "zh-CN"]
ROWS_PER_LOCALE = 200
UNKNOWN = ["O", "other", "B-date", "date-time", "place", "时间", "-100"]
OUTSIDE = "Other"


def take(path, names, given):
    """The named functions of a module, compiled from their own text; static methods of classes too."""
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in names]
    for node in found:
        node.decorator_list = []
    scope = dict(given)
    exec(compile(ast.Module(body=found, type_ignores=[]), path, "exec"), scope)
    return [scope[name] for name in names]


def main(reference, data, out):
    eval_preds, convert_to_bio, decode = take(
        os.path.join(reference, "src/massive/utils/training_utils.py"),
        ["eval_preds", "convert_to_bio", "convert_t2t_batch_to_intents_slots"],
        {"sqrt": sqrt, "sklm": sklm, "f1_score": f1_score},
    )
    build, _ = take(os.path.join(reference, "scripts/create_hf_dataset.py"), ["_build_in_mem_dicts", "isascii"], {})

    files = sorted(name for name in os.listdir(data) if name.endswith(".jsonl.gz"))
    tokens, rows = {}, []
    for name in files:
        locale = name[:5]
        with gzip.open(os.path.join(data, name), "rt", encoding="utf-8") as file:
            split = dict(zip(["train", "dev", "test"], build([json.loads(line) for line in file])))
        tokens[locale] = {part: digest(columns) for part, columns in split.items()}
        if locale in LOCALES:
            test = split["test"]
            chosen = range(0, len(test["id"]), len(test["id"]) // ROWS_PER_LOCALE)[:ROWS_PER_LOCALE]
            rows += [
                {"locale": locale, "id": test["id"][at], "intent": test["intent_str"][at], "labels": test["slots_str"][at]}
                for at in chosen
            ]

    rng = random.Random(20240)
    intents = sorted({row["intent"] for row in rows})
    slots = sorted({label for row in rows for label in row["labels"]} - {OUTSIDE})
    for row in rows:
        row["output"] = damaged_text(row, rng, intents, slots)
    text = [metrics_of_text(part, eval_preds, convert_to_bio, decode) for part in parts_of(rows)]

    indices = {label: at for at, label in enumerate([OUTSIDE] + slots)}
    encoder_rows = [damaged_positions(row, rng, intents, indices) for row in rows]
    encoder = [metrics_of_positions(part, eval_preds) for part in parts_of(encoder_rows)]

    os.makedirs(out, exist_ok=True)
    write_lines(os.path.join(out, "outputs.jsonl.gz"), rows)
    write_lines(os.path.join(out, "positions.jsonl.gz"), encoder_rows)
    about = {
        "reference": "alexa/massive " + commit_of(reference),
        "numpy": np.__version__,
        "scikit-learn": version("scikit-learn"),
        "seqeval": version("seqeval"),
        "rows": "intents and labels of MASSIVE test rows (FitzGerald et al. 2022, after SLURP, Bastianelli et al. 2020; both CC BY 4.0)",
    }
    with open(os.path.join(out, "golden.json"), "w", encoding="utf-8") as file:
        json.dump({"about": about, "text": text, "encoder": encoder, "tokens": tokens}, file, indent=1)
        file.write("\n")


def digest(columns):
    """sha256 over JSON lines [id, words, labels] in file order, as JavaScript would write them."""
    sha = hashlib.sha256()
    for row in zip(columns["id"], columns["utt"], columns["slots_str"]):
        sha.update((json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n").encode())
    return {"rows": len(columns["id"]), "sha256": sha.hexdigest()}


def parts_of(rows):
    """Each locale, then all together."""
    return [("all" if locale is None else locale, [row for row in rows if locale in (None, row["locale"])]) for locale in [*LOCALES, None]]


def damaged_labels(labels, rng, slots):
    labels = list(labels)
    for at in range(len(labels)):
        chance = rng.random()
        if chance < 0.05:
            labels[at] = rng.choice(slots)
        elif chance < 0.08:
            labels[at] = OUTSIDE
        elif chance < 0.11 and at > 0:
            labels[at] = labels[at - 1]
    return labels


def damaged_text(row, rng, intents, slots):
    intent = rng.choice(intents) if rng.random() < 0.15 else row["intent"]
    if rng.random() < 0.02:
        intent = rng.choice(["", "alarm", "unbekannt"]) or "alarm_sett"
    labels = damaged_labels(row["labels"], rng, slots)
    chance = rng.random()
    if chance < 0.08:
        labels = labels[: rng.randrange(len(labels) + 1)]
    elif chance < 0.16:
        labels += [rng.choice([OUTSIDE, *slots]) for _ in range(rng.randrange(1, 5))]
    elif chance < 0.22:
        labels[rng.randrange(len(labels))] = rng.choice(UNKNOWN)
    elif chance < 0.24:
        labels = []
    joint = "  " if rng.random() < 0.05 else " "
    return joint.join([*labels, intent]) + (" " if rng.random() < 0.05 else "")


def metrics_of_text(part, eval_preds, convert_to_bio, decode):
    name, rows = part
    predicted_intents, predicted = decode([row["output"] for row in rows])
    results = eval_preds(
        pred_intents=predicted_intents,
        lab_intents=[row["intent"] for row in rows],
        pred_slots=predicted,
        lab_slots=[list(row["labels"]) for row in rows],
        labels_ignore=[OUTSIDE],
        pad=OUTSIDE,
    )
    aligned = [(pred[: len(row["labels"])] + [OUTSIDE] * len(row["labels"]))[: len(row["labels"])] for pred, row in zip(predicted, rows)]
    report = classification_report(
        [convert_to_bio(row["labels"], outside=[OUTSIDE]) for row in rows],
        [convert_to_bio(pred, outside=[OUTSIDE]) for pred in aligned],
        output_dict=True,
        zero_division=0,
    )
    by_slot = {
        slot: {"f1": float(figures["f1-score"]), "gold": int(figures["support"])}
        for slot, figures in report.items()
        if not slot.endswith(" avg")
    }
    return {"part": name, "rows": len(rows), **plain(results), "bySlot": by_slot}


def damaged_positions(row, rng, intents, indices):
    """Special tokens at both ends, one to three sub-words a word, and padding; the prediction says something at each of them."""
    gold, predicted = [-100], [rng.randrange(len(indices))]
    for label, guess in zip(row["labels"], damaged_labels(row["labels"], rng, list(indices))):
        tail = rng.randrange(3)
        gold += [indices[label]] + [-100] * tail
        predicted += [indices[guess]] + [rng.randrange(len(indices)) for _ in range(tail)]
    end = 1 + rng.randrange(4)
    gold += [-100] * end
    predicted += [rng.randrange(len(indices)) for _ in range(end)]
    intent = rng.choice(intents) if rng.random() < 0.15 else row["intent"]
    return {
        "locale": row["locale"],
        "id": row["id"],
        "intent": row["intent"],
        "predictedIntent": intent,
        "gold": gold,
        "predicted": predicted,
    }


def metrics_of_positions(part, eval_preds):
    name, rows = part
    results = eval_preds(
        pred_intents=[row["predictedIntent"] for row in rows],
        lab_intents=[row["intent"] for row in rows],
        pred_slots=[np.array(row["predicted"]) for row in rows],
        lab_slots=[np.array(row["gold"]) for row in rows],
        labels_merge=[-100],
        labels_ignore=[0],
        pad=OUTSIDE,
    )
    return {"part": name, "rows": len(rows), **plain(results)}


def plain(results):
    return {name: float(value) for name, value in results.items()}


def write_lines(path, rows):
    # No time stamp: the same rows are the same bytes.
    with open(path, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as file:
        for row in rows:
            file.write((json.dumps(row, ensure_ascii=False) + "\n").encode())


def commit_of(reference):
    return subprocess.run(["git", "-C", reference, "rev-parse", "--short=12", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main(*sys.argv[1:])
