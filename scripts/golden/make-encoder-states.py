"""States of a real encoder for a few sentences, by Hugging Face transformers in float32.

    python make-encoder-states.py MODEL_DIRECTORY OUT.json

Needs torch and transformers. For each sentence: its token ids, the Frobenius norm of the states behind the embedding and behind
each block, and of the last states that of the first token and the mean over all tokens. Made with transformers 5.23.
"""

import base64
import hashlib
import json
import pathlib
import sys

import torch
from transformers import AutoModel, AutoTokenizer

SENTENCES = [
    "wake me up at five am this week",
    "Olly, set the lights in the kitchen to twenty percent!",
    "Wie wird das Wetter morgen in München?",
    "The lighthouse keeper counted the ships each evening and wrote their names in a green book. In the year 1887 there "
    "were 412 of them; in 1921 only 96.",
]


def base(tensor):
    return base64.b64encode(tensor.numpy().astype("<f4").tobytes()).decode()


def main(directory, out):
    tokenizer = AutoTokenizer.from_pretrained(directory)
    model = AutoModel.from_pretrained(directory, dtype=torch.float32).eval()
    weights = pathlib.Path(directory, "model.safetensors")
    result = {"sha256": hashlib.sha256(weights.read_bytes()).hexdigest(), "sentences": []}
    for text in SENTENCES:
        encoded = tokenizer(text, return_tensors="pt")
        with torch.no_grad():
            states = model(**encoded, output_hidden_states=True).hidden_states
        result["sentences"].append({
            "text": text,
            "ids": encoded["input_ids"][0].tolist(),
            "norms": [float(state[0].double().norm()) for state in states],
            "first": base(states[-1][0, 0]),
            "mean": base(states[-1][0].mean(0)),
        })
    with open(out, "w") as f:
        json.dump(result, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
