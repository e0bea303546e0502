"""Golden logits, answers and position buckets of small random T5 and mT5 models, by Hugging Face transformers in float32.

usage: python make-text-to-text-golden.py OUT.json

Weights are not stored: both sides compute them from the tensor's name (see `weights` of make-architecture-golden.py and
main/engine/architectures/fixtures/tiny-text-to-text.ts). Made with transformers 5.23 and torch 2.15 on a CPU.
"""

import base64
import importlib.util
import json
import pathlib
import sys

import numpy as np
import torch
from transformers import MT5Config, MT5ForConditionalGeneration, T5Config, T5ForConditionalGeneration
from transformers.models.t5.modeling_t5 import T5Attention

spec = importlib.util.spec_from_file_location(
    "architecture_golden", pathlib.Path(__file__).with_name("make-architecture-golden.py"))
architecture_golden = importlib.util.module_from_spec(spec)
spec.loader.exec_module(architecture_golden)
weights = architecture_golden.weights

VOCAB = 80
# Few buckets and a short distance, so that short texts meet all of them; heads that are not as wide as the model together.
CONFIG = dict(
    vocab_size=VOCAB, d_model=64, d_kv=8, d_ff=96, num_layers=2, num_decoder_layers=3, num_heads=4,
    relative_attention_num_buckets=8, relative_attention_max_distance=12, layer_norm_epsilon=1e-6,
    pad_token_id=0, decoder_start_token_id=0,
)
# The last token of each case is one that these weights like, so that many answers end by themselves.
CASES = {
    "mt5": (MT5Config, MT5ForConditionalGeneration,
            dict(feed_forward_proj="gated-gelu", tie_word_embeddings=False, eos_token_id=66), True),
    "mt5-tied": (MT5Config, MT5ForConditionalGeneration, dict(feed_forward_proj="gated-gelu", eos_token_id=35), False),
    "t5": (T5Config, T5ForConditionalGeneration, dict(feed_forward_proj="relu", tie_word_embeddings=True, eos_token_id=44), False),
}
MAX_NEW_TOKENS = 24


def sources():
    """Twelve rows of 3 to 25 tokens."""
    lengths = [3 + 2 * row for row in range(12)]
    return [[int(2 + (31 * i * i + 17 * i + 29 * row + 5) % (VOCAB - 2)) for i in range(n)] for row, n in enumerate(lengths)]


def fill(model, has_head):
    if has_head:
        model.lm_head.weight = torch.nn.Parameter(torch.empty_like(model.shared.weight))
    shared = {"encoder.embed_tokens.weight", "decoder.embed_tokens.weight"} | (set() if has_head else {"lm_head.weight"})
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            if key not in shared:
                tensor.copy_(torch.from_numpy(weights(key, tuple(tensor.shape))))


def pad(rows):
    width = max(map(len, rows))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    return ids, mask


def answer(model, rows, beams):
    """Generated ids of each row without the start token, cut before the end; with beams their score too."""
    answers, scores = [], []
    for row in rows:
        out = model.generate(
            torch.tensor([row]), attention_mask=torch.ones(1, len(row), dtype=torch.long), max_new_tokens=MAX_NEW_TOKENS,
            num_beams=beams, do_sample=False, use_cache=False, return_dict_in_generate=True, output_scores=True)
        ids = out.sequences[0, 1:].tolist()
        end = model.config.eos_token_id
        answers.append(ids[: ids.index(end)] if end in ids else ids)
        if beams > 1:
            scores.append(float(out.sequences_scores[0]))
    return {"ids": answers, **({"scores": scores} if beams > 1 else {})}


def main(out):
    rows = sources()
    target = [0] + [int(2 + (7 * i * i + 11 * i + 3) % (VOCAB - 2)) for i in range(19)]
    result = {"config": CONFIG, "sources": rows, "target": target, "maxNewTokens": MAX_NEW_TOKENS, "cases": {}}
    for name, (config_class, model_class, extra, has_head) in CASES.items():
        torch.manual_seed(0)
        model = model_class(config_class(**CONFIG, **extra)).eval()
        fill(model, has_head)
        pair = [rows[4], rows[11]]
        ids, mask = pad(pair)
        with torch.no_grad():
            logits = model(
                input_ids=ids, attention_mask=mask, decoder_input_ids=torch.tensor([target, target])).logits.numpy()
            answers = {str(beams): answer(model, rows, beams) for beams in (1, 2, 4)}
        finished = sum(len(ids) < MAX_NEW_TOKENS for ids in answers["2"]["ids"])
        print(name, "answers that end by themselves:", finished, "of", len(rows))
        result["cases"][name] = {
            "config": {"model_type": model.config.model_type, "tie_word_embeddings": not has_head, **extra},
            "logitRows": [4, 11],
            "logits": base64.b64encode(logits.astype("<f4").tobytes()).decode(),
            "answers": answers,
        }
    distances = torch.arange(-200, 201)
    result["buckets"] = {
        "from": -200,
        **{name: T5Attention._relative_position_bucket(
            distances, bidirectional=name == "bidirectional", num_buckets=32, max_distance=128).tolist()
            for name in ("bidirectional", "causal")},
    }
    pathlib.Path(out).write_text(json.dumps(result, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
