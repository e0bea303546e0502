"""Golden hidden states and head logits of three-block random encoders, by Hugging Face transformers in float32.

usage: python make-encoder-golden.py OUT.json

Weights are not stored: both sides compute them from the tensor's name (see make-architecture-golden.py and
main/engine/architectures/fixtures/tiny-encoder.ts). The heads are those of alexa/massive, models/xlmr_ic_sf.py, in evaluation
mode. Made with transformers 5.23 and torch 2.15 on a CPU.
"""

import base64
import importlib.util
import json
import pathlib
import sys

import torch
from transformers import BertConfig, BertModel, XLMRobertaConfig, XLMRobertaModel

HERE = pathlib.Path(__file__).parent
spec = importlib.util.spec_from_file_location("decoders", HERE / "make-architecture-golden.py")
decoders = importlib.util.module_from_spec(spec)
spec.loader.exec_module(decoders)
weights = decoders.weights

CONFIG = dict(
    hidden_size=32, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4, vocab_size=60, hidden_act="gelu",
    layer_norm_eps=1e-5,
)
BERT = dict(max_position_embeddings=24, type_vocab_size=2, pad_token_id=0)
XLMR = dict(max_position_embeddings=26, type_vocab_size=1, pad_token_id=1)
INTENTS, SLOTS = 5, 7
CASES = {
    "bert": (BertConfig, BertModel, BERT, None),
    "bert-first": (BertConfig, BertModel, BERT, dict(layer=2, pooling="first", width=20, layers=1)),
    "xlm-roberta-max": (XLMRobertaConfig, XLMRobertaModel, XLMR, dict(layer=1, pooling="max", width=24, layers=2)),
    "xlm-roberta-mean": (XLMRobertaConfig, XLMRobertaModel, XLMR, dict(layer=2, pooling="mean", width=24, layers=0)),
}
# Two rows, the second one shorter. Ids from 4 on: 0 to 3 are special in both vocabularies.
LENGTHS = [16, 9]
ROWS = [[4 + (i * 23 + 7 * row) % 56 for i in range(length)] for row, length in enumerate(LENGTHS)]


def base(tensor):
    return base64.b64encode(tensor.float().numpy().astype("<f4").tobytes()).decode()


def head_layers(name, head, width, outputs, hidden):
    """(weight, bias) of each product; Sequential numbers them with dropout and activation in between."""
    sizes = [32] + [width] * hidden + [outputs]
    result = []
    for at, (inner, out) in enumerate(zip(sizes, sizes[1:])):
        path = f"{name}.{head}.{3 * at + 1}"
        result.append([torch.from_numpy(weights(f"{path}.{part}", shape))
                       for part, shape in (("weight", (out, inner)), ("bias", (out,)))])
    return result


def run_head(x, layers):
    for at, (weight, bias) in enumerate(layers):
        x = torch.nn.functional.linear(x if at == 0 else torch.nn.functional.gelu(x), weight, bias)
    return x


def pool(states, mask, pooling):
    if pooling == "first":
        return states[:, 0]
    wide = mask.unsqueeze(-1).expand(states.size()).float()
    if pooling == "max":
        return states.masked_fill(wide == 0, -1e9).max(1)[0]
    return (states * wide).sum(1) / torch.clamp(wide.sum(1), min=1e-9)


def main(out):
    width = max(LENGTHS)
    result = {"config": CONFIG, "rows": ROWS, "cases": {}}
    for name, (config_class, model_class, extra, heads) in CASES.items():
        config = config_class(**CONFIG, **extra)
        model = model_class(config, add_pooling_layer=False).eval()
        with torch.no_grad():
            for key, tensor in model.state_dict().items():
                if not key.endswith(("position_ids", "token_type_ids")):
                    # Scales of norms are those near 1.
                    name_of_weights = key.replace("LayerNorm.weight", "norm.weight")
                    tensor.copy_(torch.from_numpy(weights(name_of_weights, tuple(tensor.shape))))
            ids = torch.tensor([row + [config.pad_token_id] * (width - len(row)) for row in ROWS])
            mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in ROWS])
            output = model(ids, attention_mask=mask, output_hidden_states=True)
            case = {"model_type": config.model_type, "config": extra, "heads": heads}
            # Padding is cut off: nobody reads it.
            case["states"] = [base(output.last_hidden_state[at, :n]) for at, n in enumerate(LENGTHS)]
            if heads is not None:
                states = output.hidden_states[1 + heads["layer"]]
                args = (heads["width"], heads["layers"])
                intent = head_layers("intent_classifier", "ic_head", args[0], INTENTS, args[1])
                slots = head_layers("slot_classifier", "sf_head", args[0], SLOTS, args[1])
                case["intent"] = base(run_head(pool(states, mask, heads["pooling"]), intent))
                logits = run_head(states, slots)
                case["slots"] = [base(logits[at, :n]) for at, n in enumerate(LENGTHS)]
        result["cases"][name] = case
    with open(out, "w") as f:
        json.dump(result, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
