"""Packs a reference of make-reference-logits.py into one small file that the repository can carry.

    python make-compact-logits.py REFERENCE_FOLDER MODEL.gguf scripts/verify/fixtures/NAME.json.gz

Needs numpy only. Of every position it keeps the 20 largest logits with their token ids and the log of the sum of the
exponentials of all of them (which moves when any large logit moves), rounded to 1e-4; of every greedy answer the prompt,
the tokens and the distance of the two best logits at each step. The file names the model by its SHA-256.
"""

import gzip
import hashlib
import json
import pathlib
import sys

import numpy as np

KEPT = 20
DIGITS = 4


def main():
    folder, model, out = (pathlib.Path(argument) for argument in sys.argv[1:4])
    prompts = [pack_prompt(folder, prompt) for prompt in read(folder, "prompts.json")]
    answers = [pack_answer(answer) for answer in read(folder, "greedy.json")]
    about = read(folder, "about.json")
    golden = {
        "file": model.name,
        "sha256": sha256(model),
        "madeWith": {key: about[key] for key in ("torch", "transformers", "dtype", "attention")},
        "kept": KEPT,
        "prompts": prompts,
        "answers": answers,
    }
    text = json.dumps(golden, separators=(",", ":"))
    # No time stamp: the same reference gives the same bytes.
    out.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    positions = sum(len(prompt["tokenIds"]) for prompt in prompts)
    print(f"{out.name}: {positions} positions, {len(answers)} answers, {out.stat().st_size} bytes")


def pack_prompt(folder, prompt):
    logits = np.fromfile(folder / prompt["logitsFile"], dtype="<f4").reshape(prompt["shape"])
    ids = np.argsort(-logits, axis=1, kind="stable")[:, :KEPT]
    wide = logits.astype(np.float64)
    largest = wide.max(axis=1)
    log_sum_exp = largest + np.log(np.exp(wide - largest[:, None]).sum(axis=1))
    return {
        "id": prompt["id"],
        "tokenIds": prompt["tokenIds"],
        "topIds": ids.tolist(),
        "topLogits": [rounded(row) for row in np.take_along_axis(wide, ids, axis=1)],
        "logSumExp": rounded(log_sum_exp),
    }


def pack_answer(answer):
    return {
        "id": answer["id"],
        "promptIds": answer["promptIds"],
        "tokenIds": answer["continuationIds"],
        "margins": rounded(answer["margins"]),
    }


def rounded(values):
    return [round(float(value), DIGITS) for value in values]


def read(folder, name):
    return json.loads((folder / name).read_text(encoding="utf-8"))


def sha256(path):
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 22):
            digest.update(block)
    return digest.hexdigest()


main()
