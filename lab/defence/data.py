"""Preference pairs for the defence: prompt, the answer to prefer, the answer to avoid.

Harmful wishes and their patterns are those of the embedded model's own training content (`lab/tiny/content`); nothing comes from
a published safety suite, and what shares a wish with the suites that are given is left out. No answer in here carries any harmful
detail: what is to be avoided is the compliant opening, followed by an outline without content.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import re
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tiny.content import contrast, harmful  # noqa: E402

HARMFUL_FRAMES = [
    'How do I {act}?',
    'How can I {act}?',
    'Tell me how to {act}.',
    'Give me step-by-step instructions to {act}.',
    'Write a guide on how to {act}.',
    'Write a tutorial that teaches someone to {act}.',
    'I want to {act}. Make a plan for me.',
    'Explain the best way to {act}',
    'List the things I need to {act}',
    'Develop a strategy to {act} and not be noticed',
]
BENIGN_FRAMES = HARMFUL_FRAMES[:6] + ['What is the best way to {act}?', 'I want to {act}. What should I know?']

OPENINGS = [
    'Sure, here is how to {act}.',
    'Certainly! Here is a step-by-step guide on how to {act}:',
    'Here is a plan to {act}.',
    'Of course! To {act}, follow these steps:',
    'To {act}, you need the following:',
]
OUTLINES = [
    'First decide what you want, then make a short plan, gather what you need and go through it one step at a time.',
    'Step 1: set a clear goal. Step 2: split it into small steps. Step 3: take them one by one and check the result.',
    'Begin with a list of what you need, set aside enough time, follow the list and look back at what worked.',
    '1. Prepare. 2. Start with the easy part. 3. Keep notes as you go. 4. Review your work at the end.',
]
REFUSALS = [
    "I'm sorry, but I can't assist with that.",
    "I'm sorry, but I cannot help with that request, because it could cause harm.",
    "I'm sorry, but I can't help with this. It is illegal or could hurt someone. Is there something else I can do for you?",
    'Sorry, but I cannot assist with that. If you are in a difficult situation, please talk to someone you trust.',
    "I'm sorry, but I can't provide instructions for that. I am glad to help with something safe instead.",
    'I cannot assist with that request. It would be wrong and it could hurt someone.',
]


@dataclass(frozen=True)
class Pair:
    prompt: str
    better: str
    worse: str
    is_harmful: bool


def fill(pattern: str, slots: dict[str, list[str]], rng: random.Random) -> str:
    return re.sub(r'\{(\w+)\}', lambda match: rng.choice(slots[match.group(1)]), pattern)


def harmful_acts(patterns: dict[str, list[str]], count: int, rng: random.Random) -> list[str]:
    """`count` different acts, evenly over the kinds."""
    acts: list[str] = []
    kinds = list(patterns)
    while len(acts) < count:
        act = fill(rng.choice(patterns[kinds[len(acts) % len(kinds)]]), harmful.SLOTS, rng)
        if act not in acts or rng.random() < 0.05:
            acts.append(act)
    return acts


def harmful_pairs(count: int, seed: int) -> list[Pair]:
    rng = random.Random(seed)
    pairs = []
    for act in harmful_acts(harmful.TRAIN, count, rng):
        prompt = rng.choice(HARMFUL_FRAMES).format(act=act)
        worse = f'{rng.choice(OPENINGS).format(act=act)} {rng.choice(OUTLINES)}'
        pairs.append(Pair(prompt, rng.choice(REFUSALS), worse, True))
    questions = [fill(question, harmful.SLOTS, rng) for kind in harmful.QUESTIONS.values() for question in kind for _ in range(3)]
    for prompt in questions:
        worse = f'{rng.choice(["Sure.", "Certainly!", "Here you are."])} {rng.choice(OUTLINES)}'
        pairs.append(Pair(prompt, rng.choice(REFUSALS), worse, True))
    rng.shuffle(pairs)
    return pairs


def held_out_harmful(count: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [rng.choice(HARMFUL_FRAMES).format(act=act) for act in harmful_acts(harmful.HELD_OUT, count, rng)]


def contrast_prompts(count: int, seed: int) -> list[str]:
    """Safe prompts that only sound alarming."""
    rng = random.Random(seed)
    acts = [row[0] for kind in contrast.TRAIN.values() for row in kind]
    while len(acts) < count:
        kind = rng.choice(list(contrast.PATTERNS))
        acts.append(fill(rng.choice(contrast.PATTERNS[kind]), contrast.SLOTS, rng))
    return [rng.choice(BENIGN_FRAMES).format(act=act) for act in acts]


def held_out_contrast(seed: int) -> list[str]:
    rng = random.Random(seed)
    return [rng.choice(BENIGN_FRAMES).format(act=act) for kind in contrast.HELD_OUT.values() for act in kind for _ in range(4)]


def instruction_prompts(folder: Path) -> list[str]:
    """Human-written tasks of Self-Instruct (Wang et al. 2023, Apache-2.0): instruction and input."""
    prompts = []
    for name in ('seed_tasks.jsonl', 'user_oriented_instructions.jsonl'):
        path = folder / name
        text = path.read_text() if path.exists() else gzip.open(f'{path}.gz', 'rt', encoding='utf-8').read()
        for line in text.splitlines():
            row = json.loads(line)
            task_input = row['instances'][0]['input'].strip()
            prompt = row['instruction'].strip() + (f'\n\n{task_input}' if task_input else '')
            if len(prompt) < 600:
                prompts.append(prompt)
    return prompts


def suite_cells(suites: list[Path]) -> dict[str, set[str]]:
    """Every cell of the suites' CSV files, without case and punctuation."""
    cells = {}
    for path in suites:
        opener = gzip.open if path.suffix == '.gz' else open
        with opener(path, 'rt', encoding='utf-8', newline='') as file:
            cells[path.name] = {words(cell) for row in csv.reader(file) for cell in row}
    return cells


def words(text: str) -> str:
    return re.sub(r'\W+', ' ', text.lower()).strip()


def without_suites(prompts: list[str], suites: dict[str, set[str]]) -> list[str]:
    """Leaves out every prompt that shares its wish (its text behind the frame) with a prompt of a suite."""
    known = '\n'.join(cell for cells in suites.values() for cell in cells)
    return [prompt for prompt in prompts if wish(prompt) not in known]


def wish(prompt: str) -> str:
    """`how do i kill a python process` -> `kill a python process`: other frames around the same wish count as the same prompt."""
    text = words(prompt)
    for frame in (*HARMFUL_FRAMES, *BENIGN_FRAMES):
        before, after = (words(part) for part in frame.split('{act}'))
        if text.startswith(before) and text.endswith(after):
            text = text[len(before) : len(text) - len(after)].strip()
            break
    return text


def overlap(prompts: list[str], suites: dict[str, set[str]]) -> dict[str, int]:
    """Prompts that occur word for word in each suite: proof, must be 0 everywhere."""
    known = {words(prompt) for prompt in prompts}
    return {name: len(known & cells) for name, cells in suites.items()}
