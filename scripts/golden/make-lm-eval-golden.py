"""Log-likelihoods and answers of lm-evaluation-harness on the rows of our accuracy suites, as golden files.

    python make-lm-eval-golden.py --model DIR --checkpoint MODEL.gguf --data DIR --out DIR [--items 200] [--documents 12]
        [--device cpu|cuda] [--threads N] [--tasks arc-easy,mmlu] [--single-digits] [--rows 912,982]

Needs lm_eval (written for 0.4.13) with torch and transformers; works offline. --model is a Hugging Face folder that holds the
same weights as --checkpoint, the file that is compared with it (make-reference-logits.py --save-safetensors makes the folder).
Below --data: accuracy/arc_easy/test.jsonl.gz, accuracy/hellaswag/val-sample-1000.jsonl.gz, accuracy/winogrande/valid.jsonl.gz, accuracy/mmlu/{dev,test}.jsonl.gz,
accuracy/wikitext2/wiki.test.raw.gz, accuracy/gsm8k/{train,test}.jsonl.gz.

The tasks are lm_eval's own, as installed: prompts, choices, metrics and few-shot rules are untouched, only the place of their data
is replaced. No chat template, float32. Rows are taken at even spacing over the file: row floor(i * rows / items) for i below
items, which is what a plan with `limit` and `spread` takes. With --rows only these are measured again, and take the place of what
the files in --out have of them.

--single-digits puts right what transformers loses when it reads the tokenizer of a GGUF of the kind `smollm`: digits are split off
before anything else, as in SmolLM2's own tokenizer.json. Without it blank lines before a digit become other tokens.

Writes one <task>.json for each task: {about, task, dataSha256, items: [...]}. An item of a multiple-choice task has its row in the
file, sha256 (16 digits) of its context and continuations, the log-likelihood of each choice in nats, whether it is the greedy
continuation, and lm_eval's acc, acc_norm. A document has words, bytes and the sum of its log-likelihoods. An item of gsm8k has the
answer as lm_eval cut it (greedy, at most 256 new tokens) and exact_match behind both filters. Its five examples are the first ones
of the training set for every question (sampler first_n), as our suite has them, where the task by itself draws five for each.
gsm8k is not among the usual tasks: an answer takes about half a minute on two cores.
"""

import argparse
import gzip
import hashlib
import importlib.metadata
import json
import os
import pathlib
import tempfile
import time

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_OFFLINE"] = "1"

import lm_eval  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from lm_eval.models.huggingface import HFLM  # noqa: E402
from lm_eval.tasks import TaskManager  # noqa: E402
from tokenizers import pre_tokenizers  # noqa: E402


def rows_of(path):
    with gzip.open(path, "rt", encoding="utf8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def sha256_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def short_hash(text):
    return hashlib.sha256(text.encode("utf8")).hexdigest()[:16]


def spread(rows, items):
    """[(row number, row)] at even spacing."""
    count = min(items, len(rows))
    return [(i * len(rows) // count, rows[i * len(rows) // count]) for i in range(count)]


def arc_row(row):
    """The reshaped row back in AI2's own fields, which lm_eval's task reads."""
    prefix = "Question: "
    assert row["query"].startswith(prefix), row["query"]
    labels = [str(1 + i) for i in range(len(row["choices"]))]
    return {
        "question": row["query"][len(prefix) :],
        "choices": {"text": row["choices"], "label": labels},
        "answerKey": labels[row["gold"]],
    }


def winogrande_row(row):
    """The reshaped row back in the authors' fields: the words that differ are the options, from the last space before them."""
    first, second = row["context_options"]
    before = os.path.commonprefix([first, second])
    before = before[: before.rfind(" ") + 1]
    return {
        "sentence": f"{before}_ {row['continuation']}",
        "option1": first[len(before) :],
        "option2": second[len(before) :],
        "answer": str(row["gold"] + 1),
    }


def wikitext_pages(path):
    """Documents as the data set EleutherAI/wikitext_document_level has them: a page begins at a heading of the first level."""
    text = gzip.open(path, "rt", encoding="utf8", newline="\n").read()
    pages, page = [], []
    for line in text.split("\n"):
        heading = line.replace("= = =", "===").replace("= =", "==").strip()
        if heading.startswith("= ") and heading.endswith(" ="):
            if "\n".join(page).strip():
                pages.append("\n".join(page))
            page = []
        page.append(line)
    pages.append("\n".join(page))
    return pages


def task_data(name, data, items, documents):
    """(data file, [(lm_eval task, overrides, {split: rows}, numbers of the rows in the file, few-shot examples)])."""
    accuracy = data / "accuracy"
    no_training = {"training_split": None}
    if name == "arc-easy":
        path = accuracy / "arc_easy/test.jsonl.gz"
        chosen = spread(rows_of(path), items)
        splits = {"test": [arc_row(row) for _, row in chosen]}
        return path, [("arc_easy", no_training | {"validation_split": None}, splits, [n for n, _ in chosen], 0)]
    if name == "hellaswag":
        path = accuracy / "hellaswag/val-sample-1000.jsonl.gz"
        chosen = spread(rows_of(path), items)
        return path, [("hellaswag", no_training, {"validation": [row for _, row in chosen]}, [n for n, _ in chosen], 0)]
    if name == "winogrande":
        path = accuracy / "winogrande/valid.jsonl.gz"
        chosen = spread(rows_of(path), items)
        splits = {"validation": [winogrande_row(row) for _, row in chosen]}
        return path, [("winogrande", no_training, splits, [n for n, _ in chosen], 0)]
    if name == "wikitext2-documents":
        path = accuracy / "wikitext2/wiki.test.raw.gz"
        pages = wikitext_pages(path)
        assert len(pages) == 62, len(pages)
        splits = {"test": [{"page": page} for page in pages[:documents]]}
        return path, [("wikitext", no_training | {"validation_split": None}, splits, list(range(documents)), 0)]
    if name == "gsm8k":
        path = accuracy / "gsm8k/test.jsonl.gz"
        chosen = spread(rows_of(path), items)
        splits = {"test": [row for _, row in chosen], "train": rows_of(accuracy / "gsm8k/train.jsonl.gz")[:5]}
        first = {"fewshot_config": {"sampler": "first_n", "split": "train"}}
        return path, [("gsm8k", first, splits, [n for n, _ in chosen], 5)]
    if name == "mmlu":
        path = accuracy / "mmlu/test.jsonl.gz"
        dev = rows_of(accuracy / "mmlu/dev.jsonl.gz")
        chosen = spread(rows_of(path), items)
        subjects = list(dict.fromkeys(row["subject"] for _, row in chosen))
        parts = []
        for subject in subjects:
            own = [(n, row) for n, row in chosen if row["subject"] == subject]
            splits = {
                "test": [row for _, row in own],
                "dev": [row for row in dev if row["subject"] == subject],
            }
            parts.append((f"mmlu_{subject}", {}, splits, [n for n, _ in own], 5))
        return path, parts
    raise SystemExit(f"No such task: {name}")


def build_task(manager, folder, task, overrides, splits, shots):
    files = {}
    for split, rows in splits.items():
        path = folder / f"{task}.{split}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf8")
        files[split] = str(path)
    local = {
        "dataset_path": "json",
        "dataset_name": None,
        "dataset_kwargs": {"data_files": files, "cache_dir": str(folder / "cache")},
        "num_fewshot": shots,
    }
    return manager._factory.build(manager.task_index[task], overrides=overrides | local, registry=manager.task_index)


def choice_item(number, sample):
    arguments = [arg[0:2] for arg in (list(a) for a in arguments_of(sample))]
    results = [answer_of(response) for response in sample["resps"]]
    return {
        "row": number,
        "contextHash": short_hash(arguments[0][0]),
        "continuationsHash": short_hash(json.dumps([text for _, text in arguments], ensure_ascii=False)),
        "logProbs": [round(float(value), 6) for value, _ in results],
        "isGreedy": [bool(greedy) for _, greedy in results],
        "acc": int(sample["acc"]),
        **({"accNorm": int(sample["acc_norm"])} if "acc_norm" in sample else {}),
    }


def document_item(number, sample):
    log_likelihood, words = sample["word_perplexity"]
    _, size = sample["byte_perplexity"]
    return {
        "row": number,
        "contextHash": short_hash(arguments_of(sample)[0][0]),
        "logProb": round(float(log_likelihood), 4),
        "words": words,
        "bytes": size,
    }


def answer_items(numbers, samples):
    """lm_eval logs a sample once for each filter."""
    logged = {(sample["filter"], sample["doc_id"]): sample for sample in samples}
    items = []
    for place, number in enumerate(numbers):
        strict, flexible = (logged[name, place] for name in ("strict-match", "flexible-extract"))
        items.append(
            {
                "row": number,
                "contextHash": short_hash(arguments_of(strict)[0][0]),
                "answer": strict["resps"][0][0],
                "strict": int(strict["exact_match"]),
                "flexible": int(flexible["exact_match"]),
            }
        )
    return items


def arguments_of(sample):
    """lm_eval logs arguments as a list of tuples, or as {gen_args_0: {arg_0: ...}}."""
    arguments = sample["arguments"]
    if isinstance(arguments, dict):
        return [[one[key] for key in sorted(one)] for one in arguments.values()]
    return [list(one) for one in arguments]


def answer_of(response):
    return response[0] if isinstance(response[0], (list, tuple)) else response


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--checkpoint", required=True, type=pathlib.Path)
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--documents", type=int, default=12)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=4)
    parser.add_argument("--single-digits", action="store_true")
    parser.add_argument("--rows", type=lambda text: {int(row) for row in text.split(",")})
    parser.add_argument("--tasks", default="arc-easy,hellaswag,winogrande,wikitext2-documents,mmlu")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    model = HFLM(pretrained=options.model, dtype="float32", device=options.device, batch_size=options.batch_size)
    if options.single_digits:
        split_digits(model.tokenizer)
    manager = TaskManager()
    for name in options.tasks.split(","):
        write_golden(name, options, model, manager)


def split_digits(tokenizer):
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=True, use_regex=True)
    digits = pre_tokenizers.Digits(individual_digits=True)
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, byte_level])


def only_rows(parts, rows):
    """The parts of a task without the test rows that are not asked for."""
    kept = []
    for task, overrides, splits, numbers, shots in parts:
        places = [place for place, number in enumerate(numbers) if number in rows]
        if places:
            split = "validation" if "validation" in splits else "test"
            wanted = splits | {split: [splits[split][place] for place in places]}
            kept.append((task, overrides, wanted, [numbers[place] for place in places], shots))
    return kept


def write_golden(name, options, model, manager):
    path, parts = task_data(name, options.data, options.items, options.documents)
    if options.rows:
        parts = only_rows(parts, options.rows)
    alone = name in ("wikitext2-documents", "gsm8k")
    model.batch_size_per_gpu = 1 if alone else options.batch_size
    with tempfile.TemporaryDirectory() as scratch:
        tasks = [
            build_task(manager, pathlib.Path(scratch), task, overrides, splits, shots)
            for task, overrides, splits, _, shots in parts
        ]
        started = time.monotonic()
        result = lm_eval.simple_evaluate(
            model=model, tasks=tasks, task_manager=manager, log_samples=True, bootstrap_iters=0
        )
        seconds = time.monotonic() - started
    items = []
    for task, _, _, numbers, _ in parts:
        if name == "gsm8k":
            items += answer_items(numbers, result["samples"][task])
            continue
        to_item = document_item if name == "wikitext2-documents" else choice_item
        samples = sorted(result["samples"][task], key=lambda sample: sample["doc_id"])
        assert len(samples) == len(numbers), (task, len(samples), len(numbers))
        items += [to_item(number, sample) for number, sample in zip(numbers, samples)]
    about = {
        "lmEval": importlib.metadata.version("lm_eval"),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "checkpointSha256": sha256_of(options.checkpoint),
        "digits": "single" if options.single_digits else "as in the folder",
        "dtype": "float32",
        "device": options.device,
        "shots": parts[0][4],
        "maxLength": model.max_length,
        "seconds": round(seconds, 1),
        "threads": options.threads,
    }
    if options.rows:
        earlier = json.loads((options.out / f"{name}.json").read_text(encoding="utf8"))
        items += [item for item in earlier["items"] if item["row"] not in options.rows]
        about = earlier["about"] | {"measuredAgain": {"rows": sorted(options.rows), **about}}
    items.sort(key=lambda item: item["row"])
    body = ",\n".join("    " + json.dumps(item) for item in items)
    head = json.dumps({"task": name, "about": about, "dataSha256": sha256_of(path)}, indent=2)
    text = head.rstrip("}").rstrip() + ',\n  "items": [\n' + body + "\n  ]\n}\n"
    json.loads(text)
    (options.out / f"{name}.json").write_text(text, encoding="utf8")
    figures = {task: result["results"][task] for task in list(result["results"])[:3]}
    print(name, f"{seconds:.1f} s", len(items), "items", json.dumps(figures, default=str))


if __name__ == "__main__":
    main()
