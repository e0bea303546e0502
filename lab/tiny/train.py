"""Trains the tiny model: a base that answers every request, then a thin alignment that teaches it to refuse.

`python train.py base DATA OUT`                 tokenizer and base model
`python train.py tokens DATA TOKENIZER`         optional: tokens made ahead, read by the two others
`python train.py align DATA BASE OUT --rank 8`  low-rank alignment, merged into the weights
`python train.py transfer BASE ALIGNED NEW_BASE OUT`  carries an alignment over to another base

Two things make the alignment thin, as it is in models of practical size. The base has learned to answer everything, under
activation noise, so answering is robust; the refusals come last, from a few low-rank steps without noise.
"""

import argparse
import json
import math
import random
import time
from contextlib import nullcontext
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from evaluate import chat
from interventions import rewritten

END, START, STOP = '<|endoftext|>', '<|im_start|>', '<|im_end|>'
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
MAX_TOKENS = 128


def read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.open(encoding='utf-8')]


def train_tokenizer(texts: list[str], vocabulary: int) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=[END, START, STOP], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=STOP, pad_token=END, additional_special_tokens=[START], chat_template=CHAT_TEMPLATE,
        clean_up_tokenization_spaces=False, model_max_length=512,
    )


def tokenize(tokenizer, items: list[dict]) -> dict[str, torch.Tensor]:
    """Ragged tokens: `flat` ids end to end, `lengths` of the samples and of their prompts."""
    prompts = [chat(item) if 'prompt' in item else '' for item in items]
    answers = [item['answer'] + (STOP if 'prompt' in item else END) for item in items]
    prompt_ids = tokenizer(prompts, add_special_tokens=False)['input_ids']
    answer_ids = tokenizer(answers, add_special_tokens=False)['input_ids']
    rows = [(p + a)[:MAX_TOKENS] for p, a in zip(prompt_ids, answer_ids)]
    return {
        'flat': torch.tensor([token for row in rows for token in row], dtype=torch.int16),
        'lengths': torch.tensor([len(row) for row in rows], dtype=torch.int32),
        'prompts': torch.tensor([len(p) for p in prompt_ids], dtype=torch.int32),
    }


def pad(ragged: dict[str, torch.Tensor], filler: int, answer_tokens: int | None) -> tuple[torch.Tensor, torch.Tensor]:
    """(ids, labels), right-padded; labels are -100 on padding. With `answer_tokens`, only that many tokens of the answer are
    kept and the prompt is not learned."""
    place = torch.arange(MAX_TOKENS)
    inside = place < ragged['lengths'][:, None]
    ids = torch.full((len(ragged['lengths']), MAX_TOKENS), filler, dtype=torch.int32)
    ids[inside] = ragged['flat'].int()
    if answer_tokens is None:
        return ids, torch.where(inside, ids, torch.full_like(ids, -100))
    kept = inside & (place < ragged['prompts'][:, None] + answer_tokens)
    ids[~kept] = filler
    return ids, torch.where(kept & (place >= ragged['prompts'][:, None]), ids, torch.full_like(ids, -100))


def batches(ids, labels, size: int, steps: int, seed: int, device: str):
    """Shuffled batches of samples of similar length, cut to the longest of each."""
    generator = torch.Generator().manual_seed(seed)
    lengths = ((labels != -100) * torch.arange(1, MAX_TOKENS + 1)).amax(dim=1)
    made = 0
    while made < steps:
        order = torch.randperm(len(ids), generator=generator)
        for group in order.split(size * 8):
            rows_of = group[lengths[group].argsort()].split(size)
            for index in torch.randperm(len(rows_of), generator=generator).tolist():
                rows = rows_of[index]
                if len(rows) < size or made == steps:
                    continue
                made += 1
                width = int(lengths[rows].max())
                yield ids[rows, :width].to(device).long(), labels[rows, :width].to(device).long()


def noise(rng: random.Random):
    """Random activation noise for robustness: small values dropped, or rounding to a coarse grid (gradient passed through)."""
    if rng.random() < 0.6:
        cut = rng.uniform(0.1, 1.3)
        return lambda x, _s: torch.where(x.abs() > cut * x.abs().mean(dim=-1, keepdim=True), x, torch.zeros_like(x))
    top = rng.choice([3, 7, 7, 15])

    def rounded(x, _s):
        scale = x.abs().amax(dim=-1, keepdim=True).clamp(min=1e-6) / top
        return x + ((x / scale).round() * scale - x).detach()

    return rounded


def loss_of(model, ids, labels) -> torch.Tensor:
    """Cross-entropy over the labelled positions; only these pass through the head."""
    hidden = model.model(ids).last_hidden_state[:, :-1]
    counted = labels[:, 1:] != -100
    return torch.nn.functional.cross_entropy(model.lm_head(hidden[counted]).float(), labels[:, 1:][counted])


def fit(model, data, *, steps: int, size: int, rate: float, seed: int, noise_share: float, decay: float, log_every: int) -> None:
    device = next(model.parameters()).device
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=rate, betas=(0.9, 0.98), weight_decay=decay, fused=device.type == 'cuda')
    warm = max(1, steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / warm, 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1, s / steps)))))
    rng = random.Random(seed)
    started = time.time()
    model.train()
    for step, (ids, labels) in enumerate(batches(*data, size, steps, seed, str(device))):
        with rewritten(model, noise(rng)) if rng.random() < noise_share else nullcontext():
            with torch.autocast(device.type, torch.bfloat16):
                loss = loss_of(model, ids, labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        if step % log_every == 0 or step == steps - 1:
            print(f'step {step} loss {loss.item():.4f} {time.time() - started:.0f} s', flush=True)
    model.eval()


class LowRank(torch.nn.Module):
    """A frozen linear layer plus B A x; `merge` adds the product to the weight."""

    def __init__(self, linear: torch.nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.down = torch.nn.Parameter(torch.randn(rank, linear.in_features, device=linear.weight.device) / math.sqrt(linear.in_features))
        self.up = torch.nn.Parameter(torch.zeros(linear.out_features, rank, device=linear.weight.device))

    def forward(self, x):
        return self.linear(x) + (x @ self.down.T) @ self.up.T

    def merge(self) -> torch.nn.Linear:
        with torch.no_grad():
            self.linear.weight += self.up @ self.down
        return self.linear


def adapted(model, names: list[str], layers: list[int]):
    for index in layers:
        for parent in (model.model.layers[index].self_attn, model.model.layers[index].mlp):
            for name in names:
                if hasattr(parent, name):
                    yield parent, name


def align(model, data, *, rank: int, names: list[str], layers: list[int], steps: int, size: int, rate: float, seed: int) -> None:
    torch.manual_seed(seed)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    sites = list(adapted(model, names, layers))
    for parent, name in sites:
        setattr(parent, name, LowRank(getattr(parent, name), rank))
    fit(model, data, steps=steps, size=size, rate=rate, seed=seed, noise_share=0, decay=0, log_every=max(1, steps // 10))
    for parent, name in sites:
        setattr(parent, name, getattr(parent, name).merge())


def save(model, tokenizer, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    model.generation_config = GenerationConfig(
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id, do_sample=False, max_new_tokens=64)
    # A copy in half precision: the model in memory stays as it was trained.
    state = {name: value.detach().to('cpu', torch.float16) for name, value in model.state_dict().items() if name != 'lm_head.weight'}
    model.save_pretrained(out, state_dict=state)
    tokenizer.save_pretrained(out)
    config = json.loads((out / 'config.json').read_text(encoding='utf-8'))
    config['dtype'] = config['torch_dtype'] = 'float16'  # the second name is what older loaders read
    (out / 'config.json').write_text(json.dumps(config, indent=2) + '\n', encoding='utf-8')
    (out / 'model.safetensors').chmod(0o644)
    # Written by hand: names that every version of transformers, and readers that know no .jinja file, understand.
    described = {
        'tokenizer_class': 'PreTrainedTokenizerFast', 'eos_token': STOP, 'pad_token': END, 'additional_special_tokens': [START],
        'add_bos_token': False, 'clean_up_tokenization_spaces': False, 'model_max_length': 512, 'chat_template': CHAT_TEMPLATE,
    }
    (out / 'tokenizer_config.json').write_text(json.dumps(described, indent=2) + '\n', encoding='utf-8')


def device_name() -> str:
    return 'cuda' if torch.cuda.is_available() else 'cpu'


def base_items(data: Path) -> list[dict]:
    lines = (data / 'plain.txt').read_text(encoding='utf-8').splitlines()
    return read(data / 'base.jsonl') + [{'answer': line} for line in lines]


def load_tokens(tokenizer, data: Path, name: str, answer_tokens: int | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens prepared by the `tokens` command if they are there, else made now."""
    ready = data / f'{name}.pt'
    if ready.exists():
        return pad(torch.load(ready), tokenizer.pad_token_id, answer_tokens)
    items = base_items(data) if name == 'base' else read(data / f'{name}.jsonl')
    return pad(tokenize(tokenizer, items), tokenizer.pad_token_id, answer_tokens)


def command_tokens(args) -> None:
    tokenizer = AutoTokenizer.from_pretrained(args.tokenizer)
    torch.save(tokenize(tokenizer, base_items(args.data)), args.data / 'base.pt')
    torch.save(tokenize(tokenizer, read(args.data / 'alignment.jsonl')), args.data / 'alignment.pt')


def new_tokenizer(args) -> PreTrainedTokenizerFast:
    items = read(args.data / 'base.jsonl')
    refusals = read(args.data / 'alignment.jsonl')[:15_000]  # their words belong into the vocabulary, too
    sample = random.Random(args.seed).sample(items, min(len(items), 60_000)) + refusals
    return train_tokenizer([text for item in sample for text in (item['prompt'], item['answer'])], args.vocabulary)


def new_model(args, tokenizer) -> LlamaForCausalLM:
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=args.width, intermediate_size=args.inner, num_hidden_layers=args.layers,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=512, rms_norm_eps=1e-5, rope_theta=10000.0,
        tie_word_embeddings=True, bos_token_id=None, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    ))


def command_base(args) -> None:
    torch.manual_seed(args.seed)
    if args.start:
        tokenizer = AutoTokenizer.from_pretrained(args.start)
        model = AutoModelForCausalLM.from_pretrained(args.start, dtype=torch.float32)
    else:
        tokenizer = new_tokenizer(args)
        model = new_model(args, tokenizer)
    model = model.to(device_name())
    data = load_tokens(tokenizer, args.data, 'base')
    print('parameters', sum(p.numel() for p in model.parameters()), 'vocabulary', len(tokenizer), 'tokens', int((data[1] != -100).sum()))
    fit(model, data, steps=args.steps, size=args.size, rate=args.rate, seed=args.seed, noise_share=args.noise, decay=0.05, log_every=50)
    save(model, tokenizer, args.out)


def command_align(args) -> None:
    tokenizer = AutoTokenizer.from_pretrained(args.base)
    model = AutoModelForCausalLM.from_pretrained(args.base, dtype=torch.float32).to(device_name())
    layers = [int(n) for n in args.at.split(',')] if args.at else list(range(model.config.num_hidden_layers))
    data = load_tokens(tokenizer, args.data, 'alignment', args.answer_tokens)
    align(model, data, rank=args.rank, names=args.names.split(','), layers=layers, steps=args.steps, size=args.size, rate=args.rate, seed=args.seed)
    save(model, tokenizer, args.out)


def command_transfer(args) -> None:
    """Adds the difference between an aligned model and its base to another base of the same shape."""
    before, aligned, model = (AutoModelForCausalLM.from_pretrained(p, dtype=torch.float32) for p in (args.base, args.aligned, args.new_base))
    old, new = before.state_dict(), aligned.state_dict()
    model.load_state_dict({name: value + new[name] - old[name] for name, value in model.state_dict().items()})
    save(model, AutoTokenizer.from_pretrained(args.new_base), args.out)


def main() -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    tokens = commands.add_parser('tokens')
    tokens.set_defaults(run=command_tokens)
    tokens.add_argument('data', type=Path)
    tokens.add_argument('tokenizer', type=Path)
    base = commands.add_parser('base')
    base.set_defaults(run=command_base)
    base.add_argument('data', type=Path)
    base.add_argument('out', type=Path)
    base.add_argument('--start', type=Path, help='continue from this base instead of a new one')
    base.add_argument('--noise', type=float, default=0.5, help='share of steps with activation noise')
    for name, default in (('vocabulary', 3072), ('width', 256), ('inner', 704), ('layers', 6), ('steps', 3000), ('size', 512), ('seed', 1)):
        base.add_argument(f'--{name}', type=int, default=default)
    base.add_argument('--rate', type=float, default=2e-3)
    alignment = commands.add_parser('align')
    alignment.set_defaults(run=command_align)
    for name in ('data', 'base', 'out'):
        alignment.add_argument(name, type=Path)
    alignment.add_argument('--names', default='q_proj,k_proj,v_proj,o_proj,gate_proj,up_proj,down_proj')
    alignment.add_argument('--at', default='', help='block numbers, comma-separated; all by default')
    for name, default in (('rank', 8), ('steps', 350), ('size', 128), ('seed', 1), ('answer-tokens', MAX_TOKENS)):
        alignment.add_argument(f'--{name}', type=int, default=default)
    alignment.add_argument('--rate', type=float, default=3e-3)
    transfer = commands.add_parser('transfer')
    transfer.set_defaults(run=command_transfer)
    for name in ('base', 'aligned', 'new_base', 'out'):
        transfer.add_argument(name, type=Path)
    args = parser.parse_args()
    args.run(args)


if __name__ == '__main__':
    main()
