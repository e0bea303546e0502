"""Word-piece and unigram tokenizers on a thousand lines in 52 languages, as Hugging Face tokenizers encodes them.

    python make-multilingual-tokenizer-golden.py MASSIVE main/engine/tokenizer/fixtures/multilingual

Needs tokenizers, sentencepiece and protobuf; MASSIVE is a folder of {locale}.jsonl.gz. Takes 20 utterances of the test partition
of each locale (MASSIVE 1.1, CC BY 4.0, FitzGerald et al. 2022) and 200 lines of characters that normalisers treat specially, trains
small vocabularies on them, and writes, compressed:

    cased.json.gz, uncased.json.gz     WordPiece with BERT's normaliser
    unigram.json.gz                    SentencePiece Unigram with the nmt_nfkc rules, in the form of XLM-R's tokenizer.json
    golden.json.gz                     [{text, words, cased, uncased, unigram}]; each of the three {ids, wordIds, wordStarts}:
                                       ids of the text, ids of the words as is_split_into_words encodes them (null: the same), and
                                       where each starts

    python make-multilingual-tokenizer-golden.py MASSIVE OUT --tokenizer NAME=tokenizer.json

does the same with given tokenizers instead, for checks against real vocabularies.
"""

import argparse
import gzip
import io
import json
import random
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

LINES_PER_LOCALE = 20
FUZZ_LINES = 200
CHARACTER_LOCALES = {"ja-JP", "zh-CN", "zh-TW"}
# Compatibility forms, combining marks, jamo, spaces of many kinds, invisible and forbidden characters, other planes.
PECULIAR = (
    "ﷺ㌀½™①ﬁＡｶﾞ㍿Ⅷ﷽ẞßİıſŒǆ𝔸𠂉🙂👩‍👩‍👧🏳️‍🌈가각ᄀ" + "\u0301\u0308\u3099\u0e33\u0eb3\u1161\u11a8\u200b\u200c\u200d\u2060\u00ad\ufeff\u0085"
    "\u00a0\u2003\u3000\u2028\u202e\u0000\u0007\ufffd\ue000\u0378\u093c\u0915\u094d\u0937\u0f71\u0f72\u1e9b\u0323\u212b\u2126\uff5e\u301c"
) + "ÅéÑçñ.,!?[]()'\"-_/#@%&*+=<>|~^`{}\\;:$€¿¡«»„“”…–—、。「」・ー٫،؟१٣০"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("massive", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", action="append", default=[], metavar="NAME=FILE")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    lines = read_lines(arguments.massive)
    lines += fuzz([line["text"] for line in lines])
    tokenizers = given(arguments.tokenizer) or trained([line["text"] for line in lines], arguments.out)
    for name, tokenizer in tokenizers.items():
        for line in lines:
            split = tokenizer.encode(line["words"], is_pretokenized=True)
            ids = tokenizer.encode(line["text"]).ids
            line[name] = {"ids": ids, "wordIds": None if split.ids == ids else split.ids, "wordStarts": starts(split, len(line["words"]))}
    write(arguments.out / "golden.json.gz", lines)


def read_lines(folder):
    lines = []
    for path in sorted(folder.glob("*.jsonl.gz")):
        locale = path.name.split(".")[0]
        with gzip.open(path, "rt", encoding="utf-8") as file:
            texts = [row["utt"] for row in map(json.loads, file) if row["partition"] == "test"]
        for at in range(LINES_PER_LOCALE):
            text = texts[at * len(texts) // LINES_PER_LOCALE]
            lines.append({"text": text, "words": list(text.replace(" ", "")) if locale in CHARACTER_LOCALES else text.split()})
    return lines


def fuzz(texts):
    rng = random.Random(23)
    alphabet = sorted({character for text in texts for character in text})
    for _ in range(FUZZ_LINES):
        text = "".join(rng.choice(rng.choice((PECULIAR, PECULIAR, alphabet, " aeiouAEIOUÉ"))) for _ in range(rng.randrange(1, 30)))
        yield {"text": text, "words": text.split(" ")}


def given(names):
    tokenizers = {name: Tokenizer.from_file(file) for name, _, file in (entry.partition("=") for entry in names)}
    for tokenizer in tokenizers.values():
        tokenizer.no_padding()
        tokenizer.no_truncation()
    return tokenizers


def trained(texts, out):
    tokenizers = {"cased": word_pieces(texts, lowercase=False), "uncased": word_pieces(texts, lowercase=True), "unigram": unigram(texts)}
    for name, tokenizer in tokenizers.items():
        write(out / f"{name}.json.gz", json.loads(tokenizer.to_str()))
    return tokenizers


def word_pieces(texts, lowercase):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    # The alphabet is cut, so that some words are unknown.
    tokenizer.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=4000, limit_alphabet=1400, special_tokens=special))
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", [("[CLS]", 2), ("[SEP]", 3)])
    return tokenizer


def unigram(texts):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([text.replace("\n", " ").replace("\0", " ") for text in texts]), model_writer=model, model_type="unigram",
        vocab_size=4400, normalization_rule_name="nmt_nfkc", character_coverage=0.995, minloglevel=2, hard_vocab_limit=False,
    )
    proto = sentencepiece_model_pb2.ModelProto.FromString(model.getvalue())
    # XLM-R's order: <s>, <pad>, </s>, <unk>, the pieces, <mask>.
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    vocabulary = [*((text, 0.0) for text in special), *((piece.piece, piece.score) for piece in proto.pieces[3:]), ("<mask>", 0.0)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace("\u2581", "always")])
    tokenizer.decoder = decoders.Metaspace("\u2581", "always")
    tokenizer.add_special_tokens([*special, "<mask>"])
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A </s>", "<s> $A </s> </s> $B </s>", [("<s>", 0), ("</s>", 2)])
    return tokenizer


def starts(encoding, count):
    first = [None] * count
    for token, word in reversed(list(enumerate(encoding.word_ids))):
        if word is not None:
            first[word] = token
    return first


def write(path, value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))


main()
