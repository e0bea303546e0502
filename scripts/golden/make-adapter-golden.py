"""Adapters as PEFT saves them, and the logits of the models with them merged, by PEFT and transformers in float32.

usage: python make-adapter-golden.py main/engine/adapters/fixtures

Needs torch, transformers and peft. The base models are those of make-architecture-golden.py, whose weights are computed
from names. Writes one folder for each case (adapter_config.json, adapter_model.safetensors) and logits.json.
"""

import base64
import importlib
import json
import pathlib
import sys

import numpy as np
import peft
import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file

LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
CASES = {
    # name: base case, settings, dtype of the saved matrices
    "llama-all": ("llama-untied", dict(r=4, lora_alpha=8, target_modules=LINEAR), torch.float32),
    "llama-half": ("llama-untied", dict(r=2, lora_alpha=4, target_modules=["q_proj", "k_proj"]), torch.bfloat16),
    "qwen2-patterns": (
        "qwen2-tied",
        dict(
            r=4, lora_alpha=6, target_modules=["q_proj", "v_proj", "down_proj"], use_rslora=True,
            rank_pattern={"model.layers.1.self_attn.q_proj": 2}, alpha_pattern={"down_proj": 3}),
        torch.float32),
}


def adapt(base, settings, dtype, seed=0):
    """The base model with a random adapter whose values `dtype` holds exactly."""
    model = get_peft_model(base, LoraConfig(task_type="CAUSAL_LM", lora_dropout=0.0, **settings))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                values = torch.randn(parameter.shape, generator=generator) / parameter.shape[1] ** 0.5
                parameter.copy_((0.5 * values).to(dtype).float())
    return model.eval()


def save(model, folder, dtype):
    model.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    file = folder / "adapter_model.safetensors"
    save_file({name: tensor.to(dtype).contiguous() for name, tensor in load_file(file).items()}, file, {"format": "pt"})
    # Which machine made it is nobody's business, and neither is where the base model lay.
    config = json.loads((folder / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = "tiny"
    config["target_modules"] = sorted(config["target_modules"])
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def encode(logits):
    return base64.b64encode(logits.float().numpy().astype("<f4").tobytes()).decode()


def write_tiny(out):
    golden = importlib.import_module("make-architecture-golden")
    ids = [int(i) for i in (np.arange(24) * 37 + 11) % 80]
    versions = {library.__name__: library.__version__.split("+")[0] for library in (torch, transformers, peft)}
    result = {"madeWith": versions, "cases": {}}
    for name, (case, settings, dtype) in CASES.items():
        with torch.no_grad():
            model = adapt(golden.tiny_model(case), settings, dtype)
            save(model, out / name, dtype)
            logits = model.merge_and_unload()(torch.tensor([ids])).logits[0]
        result["cases"][name] = {"base": case, "logits": encode(logits)}
    (out / "logits.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    write_tiny(pathlib.Path(sys.argv[1]))
