"""Writes a trained encoder as GGUF and measures that file.

    python export.py RUN TOKENIZER OUT.gguf                    RUN: what train.py wrote, TOKENIZER: prepare.py's tokenizer.json
    python export.py RUN TOKENIZER OUT.gguf --test DATA        and evaluates it on MASSIVE's test partition, per locale

Matrices and the embedding are Q8_0, everything else F32. Names are llama.cpp's for `bert`, with position rows cropped as it
crops XLM-R's, and tokenizer `t5`; heads are `nlu.intent.{k}`, `nlu.slot.{k}` with a GELU between, and the metadata nlu.intents,
nlu.slots, nlu.pooling and nlu.layer. The evaluation reads the weights back from the file, so it measures what ships, in float32.
"""

import argparse
import base64
import json
from pathlib import Path

import gguf
import numpy as np
import torch
from tokenizers import Tokenizer

from encoder import BOS, EOS, PAD, UNKNOWN, Encoder, Shape
from massive import read
from metrics import by_locale, score

BATCH_TOKENS = 16_384


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('run', type=Path)
    parser.add_argument('tokenizer', type=Path)
    parser.add_argument('out', type=Path)
    parser.add_argument('--name', default='Actbench NLU')
    parser.add_argument('--test', type=Path, metavar='DATA', help='folder of {locale}.jsonl.gz')
    parser.add_argument('--partition', default='test', choices=['dev', 'test'])
    parser.add_argument('--locales', help='comma-separated; default those trained on')
    arguments = parser.parse_args()
    config = json.loads((arguments.run / 'config.json').read_text(encoding='utf-8'))
    write(arguments.out, config, read_weights(arguments.run), arguments)
    print(f'{arguments.out}: {arguments.out.stat().st_size / 1e6:.1f} MB', flush=True)
    if arguments.test is not None:
        evaluate(arguments, config)


def read_weights(run: Path) -> dict[str, np.ndarray]:
    weights = {}
    for file in sorted(run.glob('weights-*.npz')):
        weights.update({name: values.astype(np.float32) for name, values in np.load(file).items()})
    return weights


def tensor_names(config: dict) -> dict[str, list[str]]:
    """Names in the file for each name in the model; the fused product becomes three."""
    names = {
        'words.weight': ['token_embd.weight'], 'positions.weight': ['position_embd.weight'],
        'norm.weight': ['token_embd_norm.weight'], 'norm.bias': ['token_embd_norm.bias'],
    }
    parts = {
        'qkv': ['attn_q', 'attn_k', 'attn_v'], 'attention_output': ['attn_output'], 'attention_norm': ['attn_output_norm'],
        'up': ['ffn_up'], 'down': ['ffn_down'], 'output_norm': ['layer_output_norm'],
    }
    for layer in range(config['shape']['layers']):
        for part, targets in parts.items():
            for kind in ('weight', 'bias'):
                names[f'blocks.{layer}.{part}.{kind}'] = [f'blk.{layer}.{target}.{kind}' for target in targets]
    for head in ('intent', 'slot'):
        # Linear layers stand at 1 and 4 of (dropout, linear, GELU, dropout, linear).
        for k, place in enumerate((1, 4)):
            for kind in ('weight', 'bias'):
                names[f'{head}.{place}.{kind}'] = [f'nlu.{head}.{k}.{kind}']
    return names


def write(path: Path, config: dict, weights: dict[str, np.ndarray], arguments: argparse.Namespace) -> None:
    writer = gguf.GGUFWriter(str(path), 'bert')
    writer.add_name(arguments.name)
    writer.add_license('CC-BY-4.0')
    writer.add_description('Joint intent and slot model for the 52 locales of MASSIVE, trained from scratch on its train partition')
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_context_length(config['shape']['positions'])
    writer.add_embedding_length(config['shape']['width'])
    writer.add_feed_forward_length(config['shape']['feed_forward'])
    writer.add_block_count(config['shape']['layers'])
    writer.add_head_count(config['shape']['heads'])
    writer.add_layer_norm_eps(config['shape']['epsilon'])
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    write_tokenizer(writer, json.loads(arguments.tokenizer.read_text(encoding='utf-8')))
    writer.add_array('nlu.intents', config['intents'])
    writer.add_array('nlu.slots', config['slots'])
    writer.add_string('nlu.pooling', config['shape']['pooling'])
    writer.add_uint32('nlu.layer', config['shape']['layers'] - 1)
    for name, targets in tensor_names(config).items():
        for target, values in zip(targets, np.split(weights[name], len(targets))):
            add_tensor(writer, target, np.ascontiguousarray(values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def add_tensor(writer: gguf.GGUFWriter, name: str, values: np.ndarray) -> None:
    if values.ndim == 2 and name != 'position_embd.weight':
        kind = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)
    else:
        writer.add_tensor(name, values)


def write_tokenizer(writer: gguf.GGUFWriter, tokenizer: dict) -> None:
    vocabulary = tokenizer['model']['vocab']
    special = {token['id'] for token in tokenizer['added_tokens'] if token['special']}
    unknown = tokenizer['model']['unk_id']
    kinds = [gguf.TokenType.UNKNOWN if at == unknown else gguf.TokenType.CONTROL if at in special else gguf.TokenType.NORMAL for at in range(len(vocabulary))]
    writer.add_tokenizer_model('t5')
    writer.add_tokenizer_pre('default')
    writer.add_token_list([text for text, _ in vocabulary])
    writer.add_token_scores([value for _, value in vocabulary])
    writer.add_token_types(kinds)
    writer.add_token_type_count(1)
    writer.add_add_space_prefix(True)
    writer.add_remove_extra_whitespaces(True)
    writer.add_precompiled_charsmap(base64.b64decode(tokenizer['normalizer']['precompiled_charsmap']))
    writer.add_bos_token_id(BOS)
    writer.add_pad_token_id(PAD)
    writer.add_eos_token_id(EOS)
    writer.add_unk_token_id(UNKNOWN)
    writer.add_mask_token_id(len(vocabulary) - 1)
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(True)


def load(path: Path, config: dict) -> Encoder:
    """The model with the weights of the file, dequantised."""
    found = {tensor.name: gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32) for tensor in gguf.GGUFReader(path).tensors}
    state = {name: torch.from_numpy(np.concatenate([found[target] for target in targets])) for name, targets in tensor_names(config).items()}
    model = Encoder(Shape(**config['shape']))
    missing, unexpected = model.load_state_dict(state, strict=False)
    unset = [name for name in missing if not name.startswith('masked')]
    if unset or unexpected:
        raise ValueError(f'{path}: {unset} are missing, {unexpected} are not known')
    return model.eval()


def evaluate(arguments: argparse.Namespace, config: dict) -> None:
    model = load(arguments.out, config)
    tokenizer = Tokenizer.from_file(str(arguments.tokenizer))
    locales = config['locales'] if arguments.locales is None else arguments.locales.split(',')
    rows = [(at, *row) for at, locale in enumerate(locales) for row in read(arguments.test, locale, arguments.partition)]
    intents, labels = predict(model, tokenizer, [row[3] for row in rows])
    gold = {
        'intents': np.array([config['intents'].index(row[2]) for row in rows]),
        'labels': np.array([config['slots'].index(label) for row in rows for label in row[4]]),
        'offsets': np.concatenate([[0], np.cumsum([len(row[4]) for row in rows])]),
    }
    table = by_locale(score(gold, intents, np.concatenate(labels)), np.array([row[0] for row in rows]), locales)
    file = arguments.out.with_suffix(f'.{arguments.partition}.json')
    file.write_text(json.dumps(table, indent=1) + '\n', encoding='utf-8')
    for name, figures in table.items():
        print(f'{name:8}', *(f'{key} {value:.4f}' for key, value in figures.items()), flush=True)


@torch.inference_mode()
def predict(model: Encoder, tokenizer: Tokenizer, utterances: list[list[str]]) -> tuple[np.ndarray, list[np.ndarray]]:
    """(intent of each, label of each word); a word without a token, or cut off, is outside of all slots."""
    encodings = tokenizer.encode_batch(utterances, is_pretokenized=True, add_special_tokens=False)
    limit = model.shape.positions - 2
    ids = [[BOS, *encoding.ids[:limit], EOS] for encoding in encodings]
    intents = np.zeros(len(ids), np.int64)
    labels = [np.zeros(len(words), np.int64) for words in utterances]
    order = np.argsort([len(row) for row in ids], kind='stable')[::-1]
    start = 0
    while start < len(order):
        length = len(ids[order[start]])
        chosen = order[start : start + max(1, BATCH_TOKENS // length)]
        batch = torch.full((len(chosen), length), PAD)
        for place, at in enumerate(chosen):
            batch[place, : len(ids[at])] = torch.tensor(ids[at])
        intent_logits, slot_logits, _ = model(batch)
        intents[chosen] = intent_logits.argmax(-1).numpy()
        slots = slot_logits.argmax(-1).numpy()
        for place, at in enumerate(chosen):
            words = encodings[at].word_ids[:limit]
            # Backwards, so that the first sub-word of each word has the last say.
            for token in reversed(range(len(words))):
                labels[at][words[token]] = slots[place, token + 1]
        start += len(chosen)
    return intents, labels


if __name__ == '__main__':
    main()
