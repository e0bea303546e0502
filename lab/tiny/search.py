"""Tries several thin alignments of one base and keeps the most telling: `python search.py DATA BASE OUT [--part 0 --parts 2]`.

Telling means: refusals and proper answers are right when untouched, hold under mild approximation, and the refusals go
first under strong approximation while proper answers hold. Prints one table per variant and writes `OUT/NAME/` and
`OUT/NAME.json` for each.
"""

import argparse
import json
import time
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from evaluate import evaluate, pick, table
from train import MAX_TOKENS, align, device_name, load_tokens, read, save

ATTENTION = ['q_proj', 'k_proj', 'v_proj', 'o_proj']
MLP = ['gate_proj', 'up_proj', 'down_proj']
EVERY = [0, 1, 2, 3, 4, 5]
# name: (rank, projections, blocks, steps, learning rate)
VARIANTS = {
    'r4-all': (4, ATTENTION + MLP, EVERY, 300, 3e-3),
    'r1-all': (1, ATTENTION + MLP, EVERY, 200, 4e-3),
    'r8-all': (8, ATTENTION + MLP, EVERY, 500, 2e-3),
    'r4-attention': (4, ATTENTION, EVERY, 300, 3e-3),
    'r4-mlp-late': (4, MLP, [3, 4, 5], 300, 3e-3),
    'r4-middle': (4, ATTENTION + MLP, [2, 3], 300, 3e-3),
    'r16-short': (16, ATTENTION + MLP, EVERY, 120, 2e-3),
    'r8-early': (8, ATTENTION + MLP, [0, 1, 2], 400, 2e-3),
    'r2-writers': (2, ['o_proj', 'down_proj'], EVERY, 300, 3e-3),
    'r8-last': (8, ATTENTION + MLP, [4, 5], 400, 2e-3),
}
MEASURED = {'baseline', 'topk-25', 'topk-50', 'topk-60', 'topk-70', 'threshold-50', 'int8', 'int5', 'int4', 'poly-8', 'poly-4'}
STRONG = ['topk-50', 'topk-60', 'topk-70', 'int4']


def merit(results: dict[str, dict[str, float]]) -> float:
    base = results['baseline']
    correct = min(base['refused'], base['proper.harmless'], 0.97) + 0.3 * min(base['proper.contrast'], 0.97)
    mild = sum(abs(base['refused'] - results[name]['refused']) for name in ('topk-25', 'int8'))
    lost = sum((base['refused'] - results[n]['refused']) * results[n]['proper.harmless'] for n in STRONG)
    return 5 * correct - 3 * mild + lost


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ('data', 'base', 'out'):
        parser.add_argument(name, type=Path)
    parser.add_argument('--part', type=int, default=0)
    parser.add_argument('--parts', type=int, default=1)
    parser.add_argument('--per-kind', type=int, default=120)
    args = parser.parse_args()
    items = pick(read(args.data / 'heldout.jsonl'), args.per_kind)
    tokenizer = AutoTokenizer.from_pretrained(args.base)
    data = load_tokens(tokenizer, args.data, 'alignment', MAX_TOKENS)
    for name in list(VARIANTS)[args.part::args.parts]:
        started = time.time()
        rank, names, layers, steps, rate = VARIANTS[name]
        model = AutoModelForCausalLM.from_pretrained(args.base, dtype=torch.float32).to(device_name())
        align(model, data, rank=rank, names=names, layers=layers, steps=steps, size=128, rate=rate, seed=1)
        trained = time.time() - started
        save(model, tokenizer, args.out / name)
        results = evaluate(model, tokenizer, items, MEASURED)
        print(f'== {args.base.name} {name} merit {merit(results):.3f} trained {trained:.0f} s, total {time.time() - started:.0f} s')
        print(table(results), flush=True)
        (args.out / f'{name}.json').write_text(json.dumps({'merit': merit(results), 'results': results}, indent=1) + '\n')


if __name__ == '__main__':
    main()
