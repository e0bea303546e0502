"""What must hold of quantiser, blocks and scales, on tiny models of random weights: python -m unittest discover -s lab/omniquant"""

import argparse
import tempfile
import unittest
from pathlib import Path

import torch
from safetensors import safe_open
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

from decoder import Decoder
from quantiser import asymmetric
from scales import BlockScales, quantised, save
from text import untokenised
from train import bounded, relative, train

SIZE = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, vocab_size=64)
torch.set_num_threads(1)
IDS = torch.arange(12 * 16).view(12, 16) * 37 % 64
SAMPLES = torch.randint(0, 64, (34, 32), generator=torch.Generator().manual_seed(1))


def options(**changed) -> argparse.Namespace:
    known = dict(alpha=0.5, loss='mse', grouped_values=False, epochs=2, batch=4, learning_rate=5e-3, seed=0, layers=None)
    return argparse.Namespace(**{**known, **changed})


def tiny(config_class=Qwen2Config, model_class=Qwen2ForCausalLM, **changed) -> Decoder:
    torch.manual_seed(0)
    model = model_class(config_class(**{**SIZE, **changed})).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(1 + 0.3 * torch.randn(parameter.shape) if 'norm' in name else 0.3 * torch.randn(parameter.shape))
            if name.endswith('k_proj.bias'):
                # One channel far from the others, as keys of real models have it.
                parameter[3] = 40
    return Decoder(model)


def random_scales(decoder: Decoder) -> dict[str, torch.Tensor]:
    shape = decoder.shape
    sizes = ([shape.width], [shape.width], [shape.kv_heads, shape.d_head // 2], [shape.kv_heads, shape.d_head])
    return BlockScales(*(torch.rand(size) * 3 + 0.2 for size in sizes)).values()


@torch.no_grad()
def fold(layer, values: dict[str, torch.Tensor], shape) -> None:
    """The published form: scales in the weights, so that what is rounded is x / s without a product after it."""
    attention, mlp = layer.self_attn, layer.mlp
    layer.input_layernorm.weight /= values['attention_input']
    for product in (attention.q_proj, attention.k_proj, attention.v_proj):
        product.weight *= values['attention_input']
    layer.post_attention_layernorm.weight /= values['mlp_input']
    for product in (mlp.gate_proj, mlp.up_proj):
        product.weight *= values['mlp_input']
    groups = shape.heads // shape.kv_heads
    by_channel = torch.cat((values['query_key'], values['query_key']), -1)
    scale_rows(attention.k_proj, 1 / by_channel.flatten())
    scale_rows(attention.q_proj, by_channel.repeat_interleave(groups, 0).flatten())
    scale_rows(attention.v_proj, 1 / values['value_output'].flatten())
    attention.o_proj.weight *= values['value_output'].repeat_interleave(groups, 0).flatten()


def scale_rows(product, scale: torch.Tensor) -> None:
    product.weight *= scale[:, None]
    if product.bias is not None:
        product.bias *= scale


class Quantiser(unittest.TestCase):
    def test_two_bits_by_hand(self):
        # low -1, scale 4 / 3 = 1.3333, zero round(0.75) = 1; quants round(x / s) + 1 = 0, 1, 2, 3
        x = torch.tensor([[-1.0, 0.5, 1.5, 3.0]])
        torch.testing.assert_close(asymmetric(x, 3, (-1,)), torch.tensor([[-1.3333333, 0.0, 1.3333333, 2.6666667]]))

    def test_a_row_of_zeros_stays(self):
        torch.testing.assert_close(asymmetric(torch.zeros(2, 4), 15, (-1,)), torch.zeros(2, 4))


class Blocks(unittest.TestCase):
    def test_exact_blocks_are_those_of_transformers(self):
        for classes in ((Qwen2Config, Qwen2ForCausalLM), (LlamaConfig, LlamaForCausalLM)):
            decoder = tiny(*classes)
            torch.testing.assert_close(decoder.logits(IDS), decoder.model(IDS).logits, rtol=0, atol=1e-4)

    def test_scales_change_nothing_without_rounding(self):
        decoder = tiny()
        values = random_scales(decoder)
        found = decoder.logits(IDS, lambda _: quantised(values, 4, rounding=lambda x, *_: x))
        torch.testing.assert_close(found, decoder.logits(IDS), rtol=0, atol=1e-4)

    def test_scales_are_what_is_folded_into_weights_as_published(self):
        decoder, folded = tiny(), tiny()
        values = random_scales(decoder)
        for layer in folded.layers:
            fold(layer, values, folded.shape)
        for bits in (4, 24):
            # At 24 bits nothing is rounded: folding alone must not change the model.
            rounding = asymmetric if bits == 4 else lambda x, *_: x
            plain = {name: torch.ones_like(value) for name, value in values.items()}
            found = decoder.logits(IDS[:2], lambda _: quantised(values, bits, rounding=rounding))
            expected = folded.logits(IDS[:2], lambda _: quantised(plain, bits, rounding=rounding))
            torch.testing.assert_close(found, expected, rtol=0, atol=1e-3)
            if bits == 24:
                torch.testing.assert_close(expected, decoder.logits(IDS[:2]), rtol=0, atol=1e-3)

    def test_scales_change_what_rounding_costs(self):
        decoder = tiny()
        plain = {name: torch.ones_like(value) for name, value in random_scales(decoder).items()}
        difference = decoder.logits(IDS, lambda _: quantised(plain, 4)) - decoder.logits(IDS, lambda _: quantised(random_scales(decoder), 4))
        self.assertGreater(difference.abs().max().item(), 0.1)


class Learning(unittest.TestCase):
    def losses(self, **changed) -> tuple[list[dict], list[dict[str, torch.Tensor]]]:
        rows: list[dict] = []
        layers = train(tiny(), SAMPLES[:32], SAMPLES[32:], 4, options(**changed), rows.append)
        return [row for row in rows if row['step'] == 'block'], layers

    def test_the_first_block_comes_nearer_to_its_target(self):
        for loss in ('mse', 'relative', 'bounded'):
            first = self.losses(loss=loss, epochs=10)[0][0]
            self.assertTrue(first['kept'], first)
            self.assertLess(first['after'], 0.95 * first['before'], first)

    def test_the_same_seed_learns_the_same(self):
        (_, first), (_, second) = self.losses(), self.losses()
        for before, after in zip(first, second):
            for name, value in before.items():
                self.assertTrue(torch.equal(value, after[name]), name)

    def test_values_of_grouped_heads_are_left_alone_unless_asked(self):
        self.assertNotIn('value_output', self.losses()[1][0])
        self.assertEqual(self.losses(grouped_values=True)[1][0]['value_output'].shape, (2, 8))

    def test_relative_loss_counts_a_small_token_as_a_large_one(self):
        target = torch.tensor([[[1.0, 1.0], [100.0, 100.0]]])
        self.assertAlmostEqual(relative(1.1 * target, target).item(), 0.01, places=6)

    def test_bounded_loss_counts_a_lost_token_as_one(self):
        target = torch.tensor([[[1.0, 1.0], [1.0, 1.0]]])
        found = torch.tensor([[[1e6, 1e6], [1.0, 1.0]]])
        self.assertAlmostEqual(bounded(found, target).item(), 0.5, places=5)

    def test_a_block_whose_loss_rose_keeps_its_start(self):
        # So large a step can only do harm.
        rows, layers = self.losses(learning_rate=30.0)
        self.assertEqual([row['kept'] for row in rows], [False, False])
        self.assertTrue(torch.equal(layers[0]['query_key'], torch.ones(2, 4)))
        self.assertEqual(rows[0]['moved']['attention_input'], [1, 1])


class Files(unittest.TestCase):
    def test_names_and_facts(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / 'scales.safetensors'
            save(path, [random_scales(tiny())], {'model': 'tiny', 'bits': '4', 'recipe': {'seed': 0}})
            with safe_open(path, 'pt') as file:
                self.assertEqual(sorted(file.keys()), [f'layers.0.{name}.scale' for name in ('attention_input', 'mlp_input', 'query_key', 'value_output')])
                self.assertEqual(file.metadata(), {'format': 'actbench-omniquant-scales/1', 'model': 'tiny', 'bits': '4', 'recipe': '{"seed": 0}'})


class Text(unittest.TestCase):
    def test_tokens_become_text(self):
        self.assertEqual(untokenised('a well @-@ known ( <unk> ) lobster \'s " claw " , 1 @.@ 5 kg .'), 'a well-known () lobster\'s "claw", 1.5 kg.')


if __name__ == '__main__':
    unittest.main()
