"""Log-likelihoods of WikiText-2 documents in float64, token by token: what two float32 implementations are measured against.

    python make-float64-documents.py MODEL.gguf FOLDER wiki.test.raw.gz OUT.json [--rows 0,1,...] [--tokens 0,1,3] [--threads 2]
        [--angles float32|float64]

Needs lm_eval, transformers, torch and gguf; works offline. FOLDER is the Hugging Face folder of the same weights, for its tokenizer
and for the rows of --tokens, which transformers also reads in float32 on the CPU. Tokens and windows are those of
lm-evaluation-harness. The forward pass is our own, of a llama of GGUF: weights dequantised to float32 and widened, all arithmetic in
float64. Only the angles of rotation are products in float32, as transformers defines them whatever the model's type is;
--angles float64 shows what that choice is worth.

Writes {about, items: [{row, tokens, logProb}], rows: [{row, logProbs, transformers: {sum, rms, largest}}]}: sums in nats for every
document; for the rows of --tokens each token's log-probability (little-endian float32 in base64), and how far transformers in float32
is from it: by its sum, by the root of the mean square and at most.
"""

import argparse
import base64
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pathlib
import time

os.environ["HF_HUB_OFFLINE"] = "1"

import torch  # noqa: E402
from gguf import GGUFReader, dequantize  # noqa: E402
from lm_eval.tasks.wikitext.preprocess_wikitext import wikitext_detokenizer  # noqa: E402
from lm_eval.utils import get_rolling_token_windows, make_disjoint_window  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402

spec = importlib.util.spec_from_file_location(
    "lm_eval_golden", pathlib.Path(__file__).with_name("make-lm-eval-golden.py"))
lm_eval_golden = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lm_eval_golden)

CHUNK = 512


class Llama:
    """A llama of a GGUF file in float64, whose q and k rows are ordered for pairs of neighbours."""

    def __init__(self, path, angles):
        reader = GGUFReader(path)
        read = lambda key: reader.get_field(f"llama.{key}").contents()
        self.layers, self.heads, self.kv_heads = (read(key) for key in ("block_count", "attention.head_count", "attention.head_count_kv"))
        self.epsilon, base, width = (read(key) for key in ("attention.layer_norm_rms_epsilon", "rope.freq_base", "embedding_length"))
        self.head_width = width // self.heads
        self.angle_type = getattr(torch, angles)
        steps = torch.arange(0, self.head_width, 2, dtype=torch.int64).to(self.angle_type) / self.head_width
        self.frequencies = 1.0 / (base**steps)
        self.weights = {tensor.name: widened(tensor) for tensor in reader.tensors}
        self.head = self.weights.get("output.weight", self.weights["token_embd.weight"])

    def norm(self, x, name):
        return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + self.epsilon) * self.weights[name]

    @torch.inference_mode()
    def log_probs(self, context, continuation):
        """ln p of each token of `continuation`; read piece by piece over keys and values of what stands before."""
        ids = torch.tensor([*context, *continuation])
        count, first = len(ids) - 1, len(context) - 1
        caches = [torch.empty(2, self.kv_heads, count, self.head_width, dtype=torch.float64) for _ in range(self.layers)]
        parts = []
        for start in range(0, count, CHUNK):
            end = min(count, start + CHUNK)
            states = self.read(ids[start:end], start, caches)
            states = states[max(0, first - start):]
            logits = self.norm(states, "output_norm.weight") @ self.head.T
            targets = ids[end - len(states) + 1 : end + 1]
            parts.append(logits.gather(1, targets[:, None])[:, 0] - torch.logsumexp(logits, 1))
        return torch.cat(parts)

    def read(self, ids, start, caches):
        end = start + len(ids)
        positions = torch.arange(start, end)
        angles = (positions.to(self.angle_type)[:, None] * self.frequencies).double()
        turn = (angles.cos()[:, None], angles.sin()[:, None])
        hidden = torch.arange(end)[None, :] > positions[:, None]
        x = self.weights["token_embd.weight"][ids]
        for layer, cache in enumerate(caches):
            x = x + self.attend(self.norm(x, f"blk.{layer}.attn_norm.weight"), layer, (cache, start, turn, hidden))
            h = self.norm(x, f"blk.{layer}.ffn_norm.weight")
            gate, up, down = (self.weights[f"blk.{layer}.ffn_{part}.weight"].T for part in ("gate", "up", "down"))
            x = x + (torch.nn.functional.silu(h @ gate) * (h @ up)) @ down
        return x

    def attend(self, x, layer, places):
        cache, start, turn, hidden = places
        q, k, v = (
            (x @ self.weights[f"blk.{layer}.attn_{part}.weight"].T).view(len(x), -1, self.head_width) for part in "qkv"
        )
        end = start + len(x)
        cache[0, :, start:end] = rotated(k, *turn).transpose(0, 1)
        cache[1, :, start:end] = v.transpose(0, 1)
        keys, values = cache[:, :, :end]
        group = self.heads // self.kv_heads
        q = rotated(q, *turn).view(len(x), self.kv_heads, group, self.head_width)
        mixed = torch.empty_like(q)
        for head in range(self.kv_heads):
            scores = q[:, head].transpose(0, 1) @ keys[head].T / self.head_width**0.5
            pattern = scores.masked_fill_(hidden, -torch.inf).softmax(-1)
            mixed[:, head] = (pattern @ values[head]).transpose(0, 1)
        return mixed.reshape(len(x), -1) @ self.weights[f"blk.{layer}.attn_output.weight"].T


def widened(tensor):
    shape = [int(size) for size in reversed(tensor.shape)]
    return torch.tensor(dequantize(tensor.data, tensor.tensor_type)).view(shape).double()


def rotated(x, cos, sin):
    """x [tokens, heads, head width], neighbours turned by their angle."""
    first, second = x[..., 0::2], x[..., 1::2]
    return torch.stack((first * cos - second * sin, second * cos + first * sin), -1).flatten(-2)


@torch.inference_mode()
def float32_log_probs(model, context, continuation):
    ids = torch.tensor([*context, *continuation])
    states = model.model(input_ids=ids[None, :-1], use_cache=False).last_hidden_state[0, len(context) - 1 :]
    parts = []
    for start in range(0, len(states), CHUNK):
        logits = model.lm_head(states[start : start + CHUNK])
        targets = ids[len(context) + start :][: len(logits)]
        parts.append(logits.log_softmax(-1).gather(1, targets[:, None])[:, 0])
    return torch.cat(parts).double()


def windows_of(page, tokenizer, limit):
    """(context, continuation) of each window, as HFLM.loglikelihood_rolling cuts them."""
    ids = tokenizer.encode(wikitext_detokenizer({"page": page}), add_special_tokens=False)
    prefix = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
    pairs = get_rolling_token_windows(token_list=ids, prefix_token=prefix, max_seq_len=limit, context_len=1)
    return [make_disjoint_window(pair) for pair in pairs]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("gguf", "folder", "text", "out"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--rows", default="0,1,2,3,4,5,7,9,10", type=numbers)
    parser.add_argument("--tokens", default="0,1,3", type=numbers)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--angles", choices=["float32", "float64"], default="float32")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    tokenizer = AutoTokenizer.from_pretrained(options.folder)
    narrow = AutoModelForCausalLM.from_pretrained(options.folder, dtype=torch.float32, attn_implementation="sdpa").eval()
    wide = Llama(options.gguf, options.angles)
    golden = {"about": about(options), "items": [], "rows": []}
    pages = lm_eval_golden.wikitext_pages(options.text)
    for row in options.rows:
        started = time.monotonic()
        windows = windows_of(pages[row], tokenizer, narrow.config.max_position_embeddings)
        exact = torch.cat([wide.log_probs(*window) for window in windows])
        golden["items"].append({"row": row, "tokens": len(exact), "logProb": round(float(exact.sum()), 6)})
        line = f"row {row}: {len(exact)} tokens in {len(windows)} windows, {float(exact.sum()):.6f} nats"
        if row in options.tokens:
            float32 = torch.cat([float32_log_probs(narrow, *window) for window in windows])
            entry = compared(row, exact, float32)
            golden["rows"].append(entry)
            line += f", transformers in float32 {entry['transformers']}"
        print(f"{line}, {time.monotonic() - started:.0f} s", flush=True)
        write(options.out, golden)


def numbers(text):
    return [int(row) for row in text.split(",")]


def compared(row, exact, float32):
    difference = float32 - exact
    return {
        "row": row,
        "logProbs": base64.b64encode(exact.numpy().astype("<f4").tobytes()).decode(),
        "transformers": {
            "sum": round(float(difference.sum()), 6),
            "rms": float(f"{float(difference.square().mean().sqrt()):.3e}"),
            "largest": float(f"{float(difference.abs().max()):.3e}"),
        },
    }


def about(options):
    versions = {name: importlib.metadata.version(name) for name in ("lm_eval", "torch", "transformers", "gguf")}
    return {
        **versions,
        "angles": options.angles,
        "checkpointSha256": hashlib.sha256(options.gguf.read_bytes()).hexdigest(),
        "dataSha256": hashlib.sha256(options.text.read_bytes()).hexdigest(),
    }


def write(path, golden):
    items, rows = (",\n".join("    " + json.dumps(entry) for entry in golden[name]) for name in ("items", "rows"))
    head = json.dumps({"about": golden["about"]}, indent=2)[:-2]
    path.write_text(f'{head},\n  "items": [\n{items}\n  ],\n  "rows": [\n{rows}\n  ]\n}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
