"""Tiny tokenizers and what the original libraries make of texts with them.

    python make-tokenizer-golden.py main/engine/tokenizer/fixtures

Needs tokenizers, transformers, sentencepiece and protobuf. Trains two small vocabularies on the sentences below and
writes:

    tiny-bpe/tokenizer.json, tokenizer_config.json, chat_template.jinja
                        byte-level BPE with Qwen's expression and ChatML tokens, as transformers saves it
    tiny-pieces.json    SentencePiece BPE with byte fallback: {tokens, scores, types} as a GGUF file lists them
    golden.json         {bpe: [{text, ids, plainIds, decoded}], pieces: [{text, ids, decoded}], chats: [{messages, text}],
                        preTokenizers: {name: [{text, ids}]}}: the byte-level vocabulary under other pre-tokenizers

`ids` recognises special tokens in the text, `plainIds` does not (`encode_special_tokens`). SentencePiece never does.
"""

import io
import json
import pathlib
import random
import sys

import sentencepiece
import transformers
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

SENTENCES = [
    "The quick brown fox jumps over the lazy dog, and the dog does not mind.",
    "How do I boil an egg? Put it into hot water for seven minutes.",
    "It's true that they've seen the house; we'll see it tomorrow, won't we?",
    "def add(a, b):\n    return a + b\n\n\nprint(add(2, 40))\n",
    "for (let i = 0; i < 10; i++) {\n  console.log(i)\n}\n",
    "Die Katze schläft, während der Hund im Garten spielt.",
    "Le garçon a mangé une crème brûlée à Noël.",
    "El niño corrió por la montaña durante 365 días.",
    "Я читаю книгу о море. Она очень интересная.",
    "猫はソファで寝ています。今日は天気がいいです。",
    "我们明天去图书馆看书。",
    "القطة تنام على الأريكة في البيت.",
    "मुझे यह किताब बहुत पसंद है।",
]
EXPRESSION = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
TOOL = ["<tool_call>", "</tool_call>"]
TEMPLATE = (
    "{%- for message in messages %}\n"
    "    {{- '<|im_start|>' + message.role + '\\n' + message.content | trim + '<|im_end|>\\n' }}\n"
    "{%- endfor %}\n"
    "{%- if add_generation_prompt %}\n"
    "    {{- '<|im_start|>assistant\\n' }}\n"
    "{%- endif %}\n"
)
EDGES = [
    "", " ", "  ", "\n", "\n\n \n", "\t\tx", "\ufeff", "\ufeffusing System;", "a\u0085b", "\u3000\u3000", "e\u0301 é", "123456",
    "١٢٣ २३ Ⅷ ½", "<|im_end|>", "x<|im_end|>y<|im_start|>", "<tool_call>{}</tool_call>", "<|im_end|", "🏳️‍🌈 👩‍👩‍👧",
    "\x00\x01", "don't DON'T", "'s's", "▁▁ ▁", "a  b   c", "x\r\n\r\ny", "<0x0A><0x41>", "𠂉𝔸", "İſ", "ズ ズ",
]


def main():
    folder = pathlib.Path(sys.argv[1])
    rng = random.Random(11)
    texts = EDGES + SENTENCES + [fuzz(rng) for _ in range(24)]
    bpe = save_bpe(folder / "tiny-bpe")
    pieces = save_pieces(folder / "tiny-pieces.json")
    golden = {
        "bpe": [bpe_case(bpe.backend_tokenizer, text) for text in texts],
        "pieces": [{"text": t, "ids": pieces.encode(t), "decoded": pieces.decode(pieces.encode(t))} for t in texts],
        "preTokenizers": {name: pre_tokenizer_cases(bpe, name) for name in PRE_TOKENIZERS},
        "chats": [chat_case(bpe, messages) for messages in conversations(texts)],
    }
    write_json(folder / "golden.json", golden)


def fuzz(rng):
    alphabet = [c for s in SENTENCES for c in s] + [" ", "  ", "\n", "<|im_end|>", "<tool_call>", "'ll", "\u00a0", "🙂"]
    return "".join(rng.choice(alphabet) for _ in range(rng.randrange(1, 24)))


def save_bpe(folder):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split(EXPRESSION), ONLY_BYTES])
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(SENTENCES, trainers.BpeTrainer(vocab_size=420, initial_alphabet=alphabet))
    tokenizer.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in CONTROL])
    tokenizer.add_tokens([AddedToken(text, special=False, normalized=False) for text in TOOL])
    wrapped = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>", clean_up_tokenization_spaces=False
    )
    wrapped.chat_template = TEMPLATE
    wrapped.save_pretrained(folder)
    return wrapped


def bpe_case(tokenizer, text):
    tokenizer.encode_special_tokens = False
    ids = tokenizer.encode(text).ids
    tokenizer.encode_special_tokens = True
    plain = tokenizer.encode(text).ids
    tokenizer.encode_special_tokens = False
    return {"text": text, "ids": ids, "plainIds": plain, "decoded": tokenizer.decode(ids, skip_special_tokens=False)}


def split(expression):
    return pre_tokenizers.Split(Regex(expression), behavior="isolated")


GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
GPT2_BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
ONLY_BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
# As the tokenizer.json of GPT-2, SmolLM2 and Llama 3 have them; "default" as llama.cpp defines it.
PRE_TOKENIZERS = {
    "gpt-2": GPT2_BYTES,
    "smollm": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), GPT2_BYTES]),
    "llama-bpe": pre_tokenizers.Sequence([split(EXPRESSION.replace(r"\p{N}|", r"\p{N}{1,3}|")), ONLY_BYTES]),
    "default": pre_tokenizers.Sequence(
        [split(r"[\p{P}\$\+<=>\^~\|]+"), split(GPT2), split(r"\p{N}+"), split("[0-9][0-9][0-9]"), ONLY_BYTES]
    ),
}
PRE_TOKENIZER_TEXTS = [
    "It's true that they've seen 12345 houses; DON'T they'LL?", "a  b   c\n\n  d\t\te \n", "x = (a+b)*$3.50 <= 7^2 ~ |z|\r\n",
    "١٢٣٤ २३ Ⅷ½ 1234567", "\ufeffusing System; a\u0085b\u00a0c\u3000d", "猫はソファで、寝ています。", "the dog does",
]


def pre_tokenizer_cases(wrapped, name):
    content = json.loads(wrapped.backend_tokenizer.to_str())
    content["normalizer"] = None
    content["model"]["ignore_merges"] = name == "llama-bpe"
    tokenizer = Tokenizer.from_str(json.dumps(content))
    tokenizer.pre_tokenizer = PRE_TOKENIZERS[name]
    return [{"text": text, "ids": tokenizer.encode(text).ids} for text in PRE_TOKENIZER_TEXTS]


def save_pieces(path):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([line for s in SENTENCES for line in s.split("\n") if line]),
        model_writer=model, model_type="bpe", vocab_size=600, byte_fallback=True, normalization_rule_name="identity",
        remove_extra_whitespaces=False, add_dummy_prefix=True, minloglevel=2, hard_vocab_limit=False,
    )
    proto = sentencepiece_model_pb2.ModelProto.FromString(model.getvalue())
    write_json(
        path,
        {
            "tokens": [piece.piece for piece in proto.pieces],
            "scores": [piece.score for piece in proto.pieces],
            "types": [piece.type for piece in proto.pieces],
        },
    )
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())


def conversations(texts):
    for text in texts[13:24]:
        yield [{"role": "user", "content": text}]
        yield [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": f"  {text}\n"},
            {"role": "assistant", "content": "Yes."},
            {"role": "user", "content": text},
        ]


def chat_case(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return {"messages": messages, "text": text}


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


main()
