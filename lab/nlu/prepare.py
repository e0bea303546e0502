"""Makes what training reads: a Unigram tokenizer and the token arrays of MASSIVE's train and dev partitions.

    python prepare.py DATA OUT      DATA holds {locale}.jsonl.gz; test rows are not looked at; a tokenizer in OUT is kept

Writes OUT/tokenizer.json (the form of XLM-R's), OUT/labels.json, OUT/train-N.npz and OUT/dev-0.npz. Arrays of a part:

    ids       uint16 [tokens]      sub-words of all utterances end to end, without <s> and </s>
    labels    int8   [tokens]      slot of the word that begins here, -1 inside a word
    lengths   uint8  [utterances]  tokens of each
    intents   uint8  [utterances]
    locales   uint8  [utterances]  index into labels.json's list
    sources   uint16 [utterances]  MASSIVE's id: the same in all locales
"""

import argparse
import io
import json
import math
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from massive import OUTSIDE, locales_in, read

SPECIAL = ['<s>', '<pad>', '</s>', '<unk>']
MASK = '<mask>'
UTTERANCES_PER_PART = 320_000
MAX_TOKENS = 190
FREQUENT_WORD = 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('data', type=Path)
    parser.add_argument('out', type=Path)
    parser.add_argument('--vocabulary', type=int, default=24_000)
    parser.add_argument('--threads', type=int, default=2)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    locales = locales_in(arguments.data)
    rows = {part: [(at, *row) for at, name in enumerate(locales) for row in read(arguments.data, name, part)] for part in ('train', 'dev')}
    tokenizer_file = arguments.out / 'tokenizer.json'
    if not tokenizer_file.exists():
        train_tokenizer([row[3] for row in rows['train']], arguments.vocabulary, arguments.threads).save(str(tokenizer_file))
    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    labels = {
        'locales': locales,
        'intents': sorted({row[2] for row in rows['train']}),
        'slots': [OUTSIDE, *sorted({label for row in rows['train'] for label in row[4]} - {OUTSIDE})],
    }
    (arguments.out / 'labels.json').write_text(json.dumps(labels, indent=1) + '\n', encoding='utf-8')
    for part, part_rows in rows.items():
        save(arguments.out, part, encode(tokenizer, part_rows, labels), labels)


def train_tokenizer(sentences: list[list[str]], vocabulary: int, threads: int) -> Tokenizer:
    """A Unigram vocabulary of exactly the size asked for, with SentencePiece's nmt_nfkc rules.

    SentencePiece proposes pieces, but only such as occur in two different words. So frequent words join them, and each Han
    character with the space before it, since Japanese and Chinese words are single characters; the bare character goes. Then
    the rarest pieces are dropped and probabilities are estimated again from the best segmentations.
    """
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=(' '.join(words) for words in sentences), model_writer=model, model_type='unigram',
        vocab_size=vocabulary + 4_000, normalization_rule_name='nmt_nfkc', character_coverage=0.9999, max_sentencepiece_length=12,
        num_threads=threads, bos_id=0, pad_id=1, eos_id=2, unk_id=3, input_sentence_size=0, minloglevel=1,
    )
    proto = sentencepiece_model_pb2.ModelProto.FromString(model.getvalue())
    charsmap = proto.normalizer_spec.precompiled_charsmap
    words = Counter(word for sentence in sentences for word in sentence)
    pieces = {piece.piece: piece.score for piece in proto.pieces[len(SPECIAL):]}
    total = sum(words.values())
    normalizer = normalizers.Precompiled(charsmap)
    for word, count in words.items():
        if (count >= FREQUENT_WORD or is_han(word)) and normalizer.normalize_str(word) == word:
            pieces.setdefault('\u2581' + word, math.log(count / total / 2))
    pieces = {text: value for text, value in pieces.items() if not (is_han(text) and '\u2581' + text in pieces)}
    print(f'{len(proto.pieces)} pieces of SentencePiece, {len(pieces)} with frequent words', flush=True)
    pieces = estimate(pieces, charsmap, words)
    spare = sorted((text for text in pieces if len(text) > 1 and not is_han(text[1:])), key=pieces.__getitem__)
    surplus = len(pieces) + len(SPECIAL) + 1 - vocabulary
    for text in spare[:surplus]:
        del pieces[text]
    return build_tokenizer(estimate(pieces, charsmap, words), charsmap)


def estimate(pieces: dict[str, float], charsmap: bytes, words: Counter) -> dict[str, float]:
    """Log-probabilities of pieces by how often the best segmentations of the words use them; float32, as files have them."""
    tokenizer = build_tokenizer(pieces, charsmap)
    counts = np.full(len(pieces) + len(SPECIAL) + 1, 0.5)
    texts = list(words)
    for start in range(0, len(texts), 50_000):
        chosen = texts[start : start + 50_000]
        for word, encoding in zip(chosen, tokenizer.encode_batch_fast(chosen, add_special_tokens=False)):
            for token in encoding.ids:
                counts[token] += words[word]
    scores = np.log(counts / counts.sum()).astype(np.float32)
    return {text: float(value) for text, value in zip(pieces, scores[len(SPECIAL):])}


def is_han(text: str) -> bool:
    return len(text) == 1 and unicodedata.name(text, '').startswith('CJK')


def build_tokenizer(pieces: dict[str, float], charsmap: bytes) -> Tokenizer:
    vocabulary = [*((text, 0.0) for text in SPECIAL), *pieces.items(), (MASK, 0.0)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=SPECIAL.index('<unk>'), byte_fallback=False))
    tokenizer.normalizer = normalizers.Precompiled(charsmap)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace('\u2581', 'always')])
    tokenizer.decoder = decoders.Metaspace('\u2581', 'always')
    tokenizer.post_processor = processors.TemplateProcessing('<s> $A </s>', '<s> $A </s> </s> $B </s>', [('<s>', 0), ('</s>', 2)])
    tokenizer.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in [*SPECIAL, MASK]])
    return tokenizer


def encode(tokenizer: Tokenizer, rows: list, names: dict) -> dict[str, np.ndarray]:
    intent_at = {name: index for index, name in enumerate(names['intents'])}
    slot_at = {name: index for index, name in enumerate(names['slots'])}
    ids, labels, lengths, lost = [], [], [], 0
    for start in range(0, len(rows), 20_000):
        batch = rows[start : start + 20_000]
        for row, encoding in zip(batch, tokenizer.encode_batch([row[3] for row in batch], is_pretokenized=True, add_special_tokens=False)):
            words = encoding.word_ids[:MAX_TOKENS]
            begins = [at == 0 or word != words[at - 1] for at, word in enumerate(words)]
            ids.append(np.array(encoding.ids[:MAX_TOKENS], np.uint16))
            labels.append(np.array([slot_at[row[4][word]] if begin else -1 for word, begin in zip(words, begins)], np.int8))
            lengths.append(len(words))
            lost += len(row[3]) - sum(begins)
    print(f'{len(rows)} utterances, {sum(lengths)} tokens, longest {max(lengths)}, {lost} words without a token', flush=True)
    unknown = sum(int((row == SPECIAL.index("<unk>")).sum()) for row in ids)
    print(f'{unknown} unknown tokens', flush=True)
    return {
        'ids': np.concatenate(ids), 'labels': np.concatenate(labels), 'lengths': np.array(lengths, np.uint8),
        'intents': np.array([intent_at[row[2]] for row in rows], np.uint8),
        'locales': np.array([row[0] for row in rows], np.uint8), 'sources': np.array([row[1] for row in rows], np.uint16),
    }


def save(folder: Path, part: str, arrays: dict[str, np.ndarray], names: dict) -> None:
    """In parts of moderate size; the tokens a word of every locale are printed, since they tell how fair the pieces are."""
    offsets = np.concatenate([[0], np.cumsum(arrays['lengths'], dtype=np.int64)])
    token_locale = np.repeat(arrays['locales'], arrays['lengths'])
    words = np.bincount(token_locale[arrays['labels'] >= 0], minlength=len(names['locales']))
    tokens = np.bincount(token_locale, minlength=len(names['locales']))
    print(part, 'tokens a word:', ' '.join(f'{name} {t / w:.2f}' for name, t, w in zip(names['locales'], tokens, words)), flush=True)
    count = len(arrays['lengths'])
    for number, start in enumerate(range(0, count, UTTERANCES_PER_PART)):
        end = min(count, start + UTTERANCES_PER_PART)
        cut = {key: values[offsets[start] : offsets[end]] if key in ('ids', 'labels') else values[start:end] for key, values in arrays.items()}
        np.savez_compressed(folder / f'{part}-{number}.npz', **cut)


main()
