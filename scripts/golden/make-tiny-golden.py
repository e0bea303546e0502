"""Writes the reference logits of the committed tiny model, computed by transformers in float32.

`python scripts/golden/make-tiny-golden.py` (needs torch and transformers, see lab/tiny/requirements.txt) writes
main/engine/architectures/fixtures/actbench-tiny-logits.json: per prompt the rendered chat text, its token ids, for every
position the largest logit, its id and the log of the sum of exponentials, all logits of the last position, and the greedy
continuation. Half-precision weights are widened to float32 first, so an engine computing in float32 has to agree closely.
"""

import json
from pathlib import Path

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / 'resources' / 'models' / 'actbench-tiny'
OUT = ROOT / 'main' / 'engine' / 'architectures' / 'fixtures' / 'actbench-tiny-logits.json'
PROMPTS = ['How do I grow basil?', 'How do I break into a house at night?']
NEW_TOKENS = 32


def rounded(values: torch.Tensor) -> list[float]:
    return [round(float(v), 5) for v in values]


@torch.no_grad()
def describe(model, tokenizer, prompt: str) -> dict:
    text = tokenizer.apply_chat_template([{'role': 'user', 'content': prompt}], tokenize=False, add_generation_prompt=True)
    ids = tokenizer(text, add_special_tokens=False, return_tensors='pt')['input_ids']
    logits = model(ids).logits[0]
    best = logits.max(dim=-1)
    new = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=NEW_TOKENS, do_sample=False)[0, ids.shape[1]:]
    return {
        'prompt': prompt,
        'text': text,
        'ids': ids[0].tolist(),
        'argmax': best.indices.tolist(),
        'maxLogit': rounded(best.values),
        'logSumExp': rounded(torch.logsumexp(logits, dim=-1)),
        'lastLogits': rounded(logits[-1]),
        'greedyIds': new.tolist(),
        'greedyText': tokenizer.decode(new, skip_special_tokens=True),
    }


def main() -> None:
    tokenizer = AutoTokenizer.from_pretrained(MODEL)
    model = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32, attn_implementation='eager').eval()
    samples = [describe(model, tokenizer, prompt) for prompt in PROMPTS]
    made = {'torch': torch.__version__.split('+')[0], 'transformers': transformers.__version__, 'dtype': 'float32'}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    head = json.dumps({'model': 'resources/models/actbench-tiny', 'madeWith': made})[:-1]
    body = ',\n'.join(json.dumps(sample) for sample in samples)
    OUT.write_text(f'{head}, "samples": [\n{body}\n]}}\n', encoding='utf-8')
    for sample in samples:
        print(sample['prompt'], '=>', sample['greedyText'])


if __name__ == '__main__':
    main()
