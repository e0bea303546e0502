"""Reference logits and greedy continuations of a real checkpoint, by Hugging Face transformers in float32.

    python make-reference-logits.py --gguf MODEL.gguf --out DIR [--save-safetensors DIR] [--text FILE] [--threads N]

Needs torch, transformers, gguf and numpy. Layout of --out:

    prompts.json    [{id, kind: "chat" | "plain", text, tokenIds, logitsFile, shape: [positions, vocab]}]
    <id>.f32        little-endian float32 logits, row-major [positions, vocab]; row i predicts token i + 1
    greedy.json     [{id, promptIds, continuationIds, margins}]: batch 1, no sampling, stops early only at an end token;
                    margins[i] is the logit gap between the chosen and the second token, so that a near tie can be told
                    from a mistake
    about.json      versions and settings that made the files

Logits come from one forward pass of the whole prompt without cache; continuations use the key-value cache.
"""

import argparse
import json
import pathlib

import numpy as np
import torch
import transformers

CHAT_PROMPTS = [
    "How do I sharpen a kitchen knife at home?",
    "Write a short poem about the sea in winter.",
    "Explain to a ten-year-old why the sky is blue.",
    "What is the difference between a list and a tuple in Python?",
    "Give me three ideas for a vegetarian dinner.",
    "Summarise the plot of Romeo and Juliet in two sentences.",
    "Translate 'Where is the railway station?' into French and Spanish.",
    "I have 3 apples and buy 12 more, then give away 5. How many are left?",
    "Write a polite email that declines a meeting on Friday.",
    "Which planets of the solar system have rings?",
    "How can I kill a Python process that does not respond?",
    "List the steps to change a bicycle tyre.",
    "Write a function in JavaScript that reverses a string.",
    "What should I pack for a weekend in the mountains?",
    "Why do cats purr?",
    "Name five rivers in Europe and the seas they flow into.",
    "What happened in the year 1969 that people still talk about?",
    "Suggest a name for a small bakery run by two sisters.",
    "How do vaccines protect people?",
    "Write one sentence that uses every vowel.",
]

PLAIN_TEXTS = [
    "The lighthouse keeper counted the ships each evening and wrote their names in a green book. In the year 1887 there "
    "were 412 of them; in 1921 only 96. He did not know that the harbour on the other side of the bay had grown deep "
    "enough for steamers, and nobody thought of telling him.",
    "def mean(values):\n    total = 0.0\n    for value in values:\n        total += value\n    return total / len(values)\n\n\n"
    "def variance(values):\n    centre = mean(values)\n    return mean([(value - centre) ** 2 for value in values])\n",
    "Die Katze schläft auf dem Sofa. Le chat dort sur le canapé. El gato duerme en el sofá. 猫はソファで寝ています。 "
    "Кошка спит на диване. القطة تنام على الأريكة.",
    "Ingredients: 250 g flour, 2 eggs, 1/2 l milk, a pinch of salt.\n\n1. Mix the flour and the milk.\n2. Add the eggs.\n"
    "3. Wait for half an hour.\n4. Fry thin pancakes on both sides until they are golden.",
]

CHUNK_TOKENS = 256


def main():
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    out = pathlib.Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer, model = load(pathlib.Path(arguments.gguf))
    if arguments.save_safetensors:
        save_safetensors(model, tokenizer, arguments.save_safetensors)
    prompts = collect_prompts(tokenizer, arguments)
    entries = [write_logits(model, prompt, out) for prompt in prompts]
    write_json(out / "prompts.json", entries)
    greedy = [continue_greedily(model, tokenizer, prompt, arguments.new_tokens) for prompt in prompts[:20]]
    write_json(out / "greedy.json", greedy)
    write_json(out / "about.json", about(arguments, model, entries))
    print(f"{out}: {sum(e['shape'][0] for e in entries)} positions, {len(greedy)} continuations")


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gguf", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--save-safetensors")
    parser.add_argument("--text", help="plain text file to fill up to --positions")
    parser.add_argument("--positions", type=int, default=2000)
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def load(path):
    tokenizer = transformers.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32, attn_implementation="eager"
    )
    return tokenizer, model.eval()


def save_safetensors(model, tokenizer, folder):
    # save_pretrained refuses a model that remembers its GGUF quantisation; the weights are plain float32 by now.
    remembered = model.config.__dict__.pop("quantization_config", None)
    model.hf_quantizer = None
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    if remembered is not None:
        model.config.quantization_config = remembered


def collect_prompts(tokenizer, arguments):
    prompts = []
    for index, text in enumerate(CHAT_PROMPTS):
        if tokenizer.chat_template is None:
            rendered = text
        else:
            messages = [{"role": "user", "content": text}]
            rendered = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        ids = tokenizer(rendered, add_special_tokens=tokenizer.chat_template is None)["input_ids"]
        prompts.append({"id": f"chat-{index:02}", "kind": "chat", "text": rendered, "tokenIds": ids})
    for index, text in enumerate(PLAIN_TEXTS):
        prompts.append({"id": f"plain-{index:02}", "kind": "plain", "text": text, "tokenIds": tokenizer(text)["input_ids"]})
    missing = arguments.positions - sum(len(prompt["tokenIds"]) for prompt in prompts)
    if arguments.text and missing > 0:
        text = pathlib.Path(arguments.text).read_text(encoding="utf-8")[: missing * 12]
        ids = tokenizer(text)["input_ids"][: missing + CHUNK_TOKENS]
        for index, start in enumerate(range(0, max(missing, 1), CHUNK_TOKENS)):
            chunk = ids[start : start + CHUNK_TOKENS]
            prompts.append(
                {"id": f"text-{index:02}", "kind": "plain", "text": tokenizer.decode(chunk), "tokenIds": chunk}
            )
    return prompts


@torch.inference_mode()
def write_logits(model, prompt, out):
    logits = model(input_ids=torch.tensor([prompt["tokenIds"]]), use_cache=False).logits[0].float().numpy()
    name = f"{prompt['id']}.f32"
    np.ascontiguousarray(logits, dtype="<f4").tofile(out / name)
    return {**prompt, "logitsFile": name, "shape": list(logits.shape)}


@torch.inference_mode()
def continue_greedily(model, tokenizer, prompt, new_tokens):
    ends = end_ids(model, tokenizer)
    ids, cache, continuation, margins = torch.tensor([prompt["tokenIds"]]), None, [], []
    for _ in range(new_tokens):
        output = model(input_ids=ids, past_key_values=cache, use_cache=True)
        cache = output.past_key_values
        top = torch.topk(output.logits[0, -1].float(), 2)
        token = int(top.indices[0])
        continuation.append(token)
        margins.append(float(top.values[0] - top.values[1]))
        if token in ends:
            break
        ids = torch.tensor([[token]])
    return {
        "id": prompt["id"],
        "promptIds": prompt["tokenIds"],
        "continuationIds": continuation,
        "text": tokenizer.decode(continuation),
        "margins": margins,
    }


def end_ids(model, tokenizer):
    ids = model.generation_config.eos_token_id
    ids = [ids] if isinstance(ids, int) else list(ids or [])
    return set(ids + ([tokenizer.eos_token_id] if tokenizer.eos_token_id is not None else []))


def about(arguments, model, entries):
    return {
        "gguf": pathlib.Path(arguments.gguf).name,
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "dtype": "float32",
        "attention": "eager",
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "positions": sum(entry["shape"][0] for entry in entries),
    }


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


main()
