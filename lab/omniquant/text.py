"""Rows of token ids from a plain text, or from WikiText's tokenised edition."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import torch


def read_text(path: Path) -> str:
    opener = gzip.open if path.suffix == '.gz' else open
    with opener(path, 'rt', encoding='utf-8') as file:
        text = file.read()
    return untokenised(text) if '.tokens' in path.suffixes else text


def untokenised(text: str) -> str:
    """WikiText's tokens as ordinary text: spaces before punctuation and within quotes taken out, joined numbers and words joined again.
    Rare words, which this edition replaces by `<unk>`, are left out."""
    text = text.replace('<unk>', ' ')
    text = re.sub(r' @([-.,])@ ', r'\1', text)
    text = re.sub(r' +', ' ', text)
    text = re.sub(r' ([.,:;!?)\]}%])', r'\1', text)
    text = re.sub(r'([(\[{$£€]) ', r'\1', text)
    text = re.sub(r'" ([^"\n]*?) "', r'"\1"', text)
    text = re.sub(r" ('s|'t|'re|'ve|'m|'ll|'d|n't)\b", r'\1', text)
    return re.sub(r'\n(?: ?\n)+', '\n\n', text)


def rows_of(tokenizer, text: str, tokens: int, least: int) -> torch.Tensor:
    """The text's tokens in rows [rows, tokens], in order; what is left over at the end is left out."""
    ids = tokenizer(text, add_special_tokens=False)['input_ids']
    if len(ids) < least * tokens:
        raise SystemExit(f'text: expected at least {least} rows of {tokens} tokens, found {len(ids)} tokens in all')
    return torch.tensor(ids[: len(ids) // tokens * tokens]).view(-1, tokens)
