"""Opens a GGUF file or a safetensors directory in float32, and says which one it was."""

from __future__ import annotations

import hashlib
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

# Beside the weights: what the workbench counts to a safetensors checkpoint (main/engine/checkpoint/fingerprint.ts).
COMPANIONS = (
    'config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json',
    'tokenizer.model', 'vocab.json', 'merges.txt', 'chat_template.jinja',
)


def open_model(path: Path, device: str):
    """Model and tokenizer. Weights are widened, never rounded."""
    source = {'pretrained_model_name_or_path': str(path.parent), 'gguf_file': path.name} if path.is_file() else {'pretrained_model_name_or_path': str(path)}
    tokenizer = AutoTokenizer.from_pretrained(**source)
    model = AutoModelForCausalLM.from_pretrained(**source, dtype=torch.float32)
    return model.to(device).eval(), tokenizer


def fingerprint(path: Path) -> str:
    """The workbench's sha256 of a checkpoint: of a file its own, of a directory that of the sorted lines `<name> <sha256>`."""
    if path.is_file():
        return sha256(path)
    weights = sorted(path.glob('*.safetensors'))
    files = [*weights, *(path / name for name in COMPANIONS if (path / name).exists())]
    lines = sorted(f'{file.name} {sha256(file)}\n' for file in files)
    return hashlib.sha256(''.join(lines).encode()).hexdigest()


def sha256(path: Path) -> str:
    with path.open('rb') as file:
        return hashlib.file_digest(file, 'sha256').hexdigest()
