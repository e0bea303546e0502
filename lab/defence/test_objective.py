"""Worked values of the objective: python -m unittest discover -s lab/defence"""

import unittest

import torch

from objective import mean_cosine, preference_loss

POLICY = torch.tensor([[-12.0, -15.0], [-20.0, -10.0]])
REFERENCE = torch.tensor([[-13.0, -14.0], [-20.0, -10.0]])
VECTORS = torch.tensor([[1.0, 2.0, 2.0], [2.0, 1.0, 2.0], [-1.0, 0.0, 1.0]])


def loss_of(pairs: slice) -> float:
    better, worse = (POLICY - REFERENCE)[pairs].T
    return preference_loss(better, worse, beta=0.1).item()


class Objective(unittest.TestCase):
    def test_a_margin_of_one_fifth(self):
        self.assertAlmostEqual(loss_of(slice(0, 1)), 0.59813887, places=6)

    def test_a_policy_that_has_not_moved(self):
        self.assertAlmostEqual(loss_of(slice(1, 2)), 0.69314718, places=6)

    def test_cohesion_of_three_vectors(self):
        self.assertAlmostEqual(mean_cosine(VECTORS).item(), 0.37486372, places=6)

    def test_both_terms(self):
        total = loss_of(slice(0, 2)) - 0.5 * mean_cosine(VECTORS).item()
        self.assertAlmostEqual(total, 0.45821117, places=6)


if __name__ == '__main__':
    unittest.main()
