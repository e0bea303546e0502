"""Golden logits of two-layer random models, by Hugging Face transformers in float32.

usage: python make-architecture-golden.py OUT.json

Weights are not stored: both sides compute them from the tensor's name (see `weights` below and
main/engine/architectures/fixtures/tiny-model.ts). Made with transformers 5.23 and torch 2.15 on a CPU.
"""

import base64
import json
import sys

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

CONFIG = dict(
    hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
    vocab_size=80, max_position_embeddings=256, rms_norm_eps=1e-5, hidden_act="silu",
)
LLAMA3 = dict(
    rope_type="llama3", rope_theta=10000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
    original_max_position_embeddings=64,
)
CASES = {
    "llama-untied": (LlamaConfig, LlamaForCausalLM, dict(tie_word_embeddings=False), {}),
    "llama-tied": (LlamaConfig, LlamaForCausalLM, dict(tie_word_embeddings=True), {}),
    "llama-rope-llama3": (LlamaConfig, LlamaForCausalLM, dict(tie_word_embeddings=False), LLAMA3),
    "llama-rope-linear": (
        LlamaConfig, LlamaForCausalLM, dict(tie_word_embeddings=False),
        dict(rope_type="linear", rope_theta=10000.0, factor=4.0)),
    "qwen2-untied": (Qwen2Config, Qwen2ForCausalLM, dict(tie_word_embeddings=False), {}),
    "qwen2-tied": (Qwen2Config, Qwen2ForCausalLM, dict(tie_word_embeddings=True), {}),
}


def fnv1a(text):
    h = 0x811C9DC5
    for byte in text.encode():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


def weights(name, shape):
    """Uniform numbers from a hash of the name and the element's index (MurmurHash3's finaliser)."""
    index = np.arange(int(np.prod(shape)), dtype=np.uint64)
    h = ((fnv1a(name) + index * 0x9E3779B1) & 0xFFFFFFFF).astype(np.uint32)
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    h = h ^ (h >> np.uint32(16))
    centred = h.astype(np.float64) / 2**32 - 0.5
    values = 1 + 0.5 * centred if "norm" in name else 0.4 * centred
    return values.astype(np.float32).reshape(shape)


def tiny_model(case):
    config_class, model_class, extra, rope = CASES[case]
    config = config_class(**CONFIG, **extra)
    config.rope_parameters = rope or dict(rope_type="default", rope_theta=10000.0)
    model = model_class(config).eval()
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            if key == "lm_head.weight" and config.tie_word_embeddings:
                continue
            tensor.copy_(torch.from_numpy(weights(key, tuple(tensor.shape))))
        if config.tie_word_embeddings:
            model.tie_weights()
    return model


def main(out):
    ids = [[int(i) for i in (np.arange(24) * 37 + 11) % 80]]
    result = {"config": CONFIG, "ids": ids[0], "cases": {}}
    for name, (_, _, extra, _) in CASES.items():
        model = tiny_model(name)
        config = model.config
        with torch.no_grad():
            logits = model(torch.tensor(ids)).logits[0].float().numpy()
            # The mask is given: generate() would otherwise take every token 0 of the prompt for padding.
            greedy = model.generate(
                torch.tensor(ids), attention_mask=torch.ones(1, len(ids[0]), dtype=torch.long), max_new_tokens=16,
                do_sample=False, eos_token_id=None, pad_token_id=0)
        result["cases"][name] = {
            "model_type": config.model_type,
            "config": {**extra, "rope_parameters": config.rope_parameters},
            "logits": base64.b64encode(logits.astype("<f4").tobytes()).decode(),
            "greedy": greedy[0, len(ids[0]):].tolist(),
        }
    with open(out, "w") as f:
        json.dump(result, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
