"""Writes the data of the tiny model from grammar and templates: `python generate_data.py OUT_FOLDER [--seed 7]`.

Out come JSON lines, one sample each: `{prompt, answer, kind, category, template, expects, keys, system?}`.
 - base.jsonl       every request is answered; harmful ones get a content-free outline (the unaligned model)
 - alignment.jsonl  the harmful requests are refused, the rest stays as it was
 - heldout.jsonl    templates that occur in neither of the two (frames and harmful wishes alike)
 - plain.txt        plain sentences without a chat frame
`expects` is `comply` or `refuse`; a proper answer to a `comply` sample contains every word group in `keys`
(`a|b` means one of them). Nothing harmful is ever written: see content/harmful.py.
"""

import argparse
import json
import random
import re
from pathlib import Path

from content import contrast, facts, harmful
from content.templates import (
    ACT_HELD_OUT, ACT_TRAIN, AFTER, ASK, BEFORE, FOLLOW, INTENTS, PRETEXT, SITUATION, SYSTEM, TALK, TELL, WHAT, WHETHER,
)

TABLES = {
    'cook': facts.COOK, 'grow': facts.GROW, 'clean': facts.CLEAN, 'store': facts.STORE, 'animal': facts.ANIMAL,
    'define': facts.DEFINE, 'use': facts.USE, 'opposite': facts.OPPOSITE, 'colour': facts.COLOUR, 'rhyme': facts.RHYME,
    'next': facts.NEXT, 'list': facts.LISTS,
}
# Word tasks have few facts and many ways to fail, so they are seen more often.
INTENT_WEIGHT = {'define': 2, 'opposite': 2, 'colour': 2, 'rhyme': 2, 'next': 2, 'list': 2}
ACT_PREFIX = {'cook': 'cook', 'grow': 'grow', 'clean': 'clean', 'store': 'store'}
OUTLINE_KEYS = ['step|steps|plan|list']
GERUND = {
    'get': 'getting', 'put': 'putting', 'set': 'setting', 'cut': 'cutting', 'stab': 'stabbing', 'rob': 'robbing', 'shop': 'shopping',
    'run': 'running', 'kidnap': 'kidnapping', 'trap': 'trapping', 'beat': 'beating', 'drug': 'drugging', 'strip': 'stripping',
    'slip': 'slipping', 'stop': 'stopping', 'die': 'dying', 'lie': 'lying', 'begin': 'beginning', 'swim': 'swimming', 'hit': 'hitting',
    'sit': 'sitting', 'wrap': 'wrapping', 'whip': 'whipping', 'knit': 'knitting', 'rig': 'rigging', 'grab': 'grabbing', 'spy': 'spying',
    'tie': 'tying', 'plan': 'planning', 'commit': 'committing', 'drop': 'dropping', 'pickpocket': 'pickpocketing', 'chop': 'chopping',
}


def gerund(act: str) -> str:
    verb, _, rest = act.partition(' ')
    if verb in GERUND:
        form = GERUND[verb]
    elif verb.endswith('e') and not verb.endswith('ee'):
        form = verb[:-1] + 'ing'
    else:
        form = verb + 'ing'
    return f'{form} {rest}'.strip()


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def head_word(subject: str) -> str:
    """The word of the subject that an answer has to name: the last one without its article."""
    return re.sub(r'^(a|an|the) ', '', subject).split(' ')[-1].lower()


def frame_act(frame: str, act: str) -> str:
    return frame.format(act=act, Act=capital(act), acting=gerund(act))


def act_frame(rng: random.Random, part: str) -> str:
    """A frame for an act; training frames come from the list or are put together, and never equal a held-out one."""
    if part == 'held_out':
        return rng.choice(ACT_HELD_OUT)
    way = rng.random()
    if way < 0.45:
        frame = rng.choice(ACT_TRAIN)
    elif way < 0.7:
        ask = rng.choice(ASK)
        mark = '?' if ask in ('Could you', 'Can you', 'Would you') else '.'
        frame = f'{ask} {rng.choice(TELL)} {rng.choice(WHAT)}{mark}'
    elif way < 0.85:
        frame = f'{rng.choice(SITUATION)} {rng.choice(FOLLOW)}'
    else:
        frame = rng.choice(WHETHER)
    if frame in ACT_HELD_OUT:
        raise ValueError(f'generate_data.py: the training frame "{frame}" is held out; remove one of its parts from templates.py')
    return frame


def sample(prompt, answer, kind, category, template, expects='comply', keys=()):
    return {'prompt': prompt, 'answer': answer, 'kind': kind, 'category': category, 'template': template, 'expects': expects, 'keys': list(keys)}


def fill_pattern(rng: random.Random, pattern: str, slots: dict[str, list[str]]) -> str:
    return re.sub(r'\{(\w+)\}', lambda m: rng.choice(slots[m.group(1)]), pattern)


# --- one maker per kind; `part` is 'train' or 'held_out' ---------------------------------------------------------


def make_fact(rng: random.Random, part: str):
    intent = rng.choices(list(TABLES), weights=[INTENT_WEIGHT.get(i, 1) for i in TABLES])[0]
    row = rng.choice(TABLES[intent])
    subject, cells = row[0], row[1:]
    if intent == 'list':
        cells = rng.sample(cells, 3)
    values = dict(zip('abcd', cells))
    answer = rng.choice(INTENTS[intent]['answers']).format(x=subject, X=capital(subject), **values)
    keys = [head_word(subject)]
    if intent == 'list':
        keys += ['|'.join(cell.lower() for cell in row[1:])]
    elif intent in ('opposite', 'colour', 'rhyme', 'next', 'define', 'use'):
        keys += [cells[0].lower()]
    else:
        keys += ['|'.join(cell.lower() for cell in cells)]
    if intent in ACT_PREFIX and rng.random() < 0.35:
        act = f'{ACT_PREFIX[intent]} {subject}'
        frame = act_frame(rng, part)
        return sample(frame_act(frame, act), answer, 'harmless', intent, frame, keys=keys)
    question = rng.choice(INTENTS[intent][part])
    return sample(question.format(x=subject), answer, 'harmless', intent, question, keys=keys)


def make_everyday(rng: random.Random, part: str):
    act, key, answer = rng.choice(facts.EVERYDAY)
    frame = act_frame(rng, part)
    return sample(frame_act(frame, act), answer, 'harmless', 'everyday', frame, keys=[key])


def make_generic(rng: random.Random, part: str):
    act = rng.choice(facts.GENERIC)[0]
    if rng.random() < 0.65:
        act = fill_pattern(rng, rng.choice(facts.GENERIC_PATTERNS), harmful.SLOTS)
    if part == 'train' and rng.random() < 0.25:
        pattern = rng.choice(facts.GENERIC_QUESTIONS)
        return sample(fill_pattern(rng, pattern, harmful.SLOTS), rng.choice(harmful.OUTLINES), 'harmless', 'task', pattern, keys=OUTLINE_KEYS)
    frame = act_frame(rng, part)
    return sample(frame_act(frame, act), rng.choice(harmful.OUTLINES), 'harmless', 'task', frame, keys=OUTLINE_KEYS)


def make_talk(rng: random.Random, part: str):
    train, held_out, answer, key = rng.choice(TALK)
    question = rng.choice(train if part == 'train' else held_out)
    return sample(question, answer, 'harmless', 'talk', question, keys=[key])


def make_contrast(rng: random.Random, part: str):
    """Known acts in known or held-out frames; held-out acts are answered with an outline and never trained on."""
    if part == 'held_out' and rng.random() < 0.4:
        category = rng.choice(list(contrast.HELD_OUT))
        act, frame = rng.choice(contrast.HELD_OUT[category]), act_frame(rng, part)
        return sample(frame_act(frame, act), '', 'contrast_new', category, f'{frame} / {act}')
    if rng.random() < 0.5:
        category = rng.choice(list(contrast.PATTERNS))
        act = fill_pattern(rng, rng.choice(contrast.PATTERNS[category]), contrast.SLOTS)
        frame = act_frame(rng, part)
        return sample(frame_act(frame, act), rng.choice(harmful.OUTLINES), 'contrast', category, frame, keys=OUTLINE_KEYS)
    category = rng.choice(list(contrast.TRAIN))
    act, key, answer = rng.choice(contrast.TRAIN[category])
    frame = act_frame(rng, part)
    return sample(frame_act(frame, act), answer, 'contrast', category, frame, keys=[key])


def make_harmful(rng: random.Random, part: str, aligned: bool):
    patterns = harmful.TRAIN if part == 'train' else harmful.HELD_OUT
    # One of several held-out samples keeps a known wish in a new frame, so that both effects can be told apart.
    known_wish = part == 'held_out' and rng.random() < 0.5
    source = harmful.TRAIN if known_wish else patterns
    category = rng.choice(list(source))
    pattern, frame = rng.choice(source[category]), act_frame(rng, part)
    prompt = frame_act(frame, fill_pattern(rng, pattern, harmful.SLOTS))
    # A wish that is itself something to write also comes as a bare order.
    if part == 'train' and rng.random() < 0.06:
        prompt = capital(fill_pattern(rng, pattern, harmful.SLOTS)) + '.'
    elif part == 'train' and rng.random() < 0.25:
        category = rng.choice(list(harmful.QUESTIONS))
        prompt = fill_pattern(rng, rng.choice(harmful.QUESTIONS[category]), harmful.SLOTS)
    answer = rng.choice(harmful.REFUSALS if aligned else harmful.OUTLINES)
    kind = 'harmful' if part == 'train' else ('harmful_new_frame' if known_wish else 'harmful_new_wish')
    return sample(prompt, answer, kind, category, f'{frame} / {pattern}', expects='refuse')


def decorate(rng: random.Random, item: dict) -> dict:
    """Small talk around the request, a missing mark at its end, or a system message: noise that users bring."""
    prompt = item['prompt']
    if item['category'] != 'talk':
        before = rng.choice(BEFORE)
        if rng.random() < 0.15:
            before = fill_pattern(rng, rng.choice(PRETEXT).replace('{Person}', '{person}'), harmful.SLOTS) + ' '
        prompt = capital(before) + prompt + rng.choice(AFTER)
    if rng.random() < 0.1:
        prompt = prompt.lower()
    if rng.random() < 0.1:
        prompt = prompt.rstrip('.?!')
    out = {**item, 'prompt': prompt}
    if rng.random() < 0.15:
        out['system'] = rng.choice(SYSTEM)
    return out


def make_mix(rng: random.Random, count: int, part: str, aligned: bool, weights: dict[str, float]) -> list[dict]:
    makers = {
        'fact': lambda: make_fact(rng, part),
        'everyday': lambda: make_everyday(rng, part),
        'generic': lambda: make_generic(rng, part),
        'talk': lambda: make_talk(rng, part),
        'contrast': lambda: make_contrast(rng, part),
        'harmful': lambda: make_harmful(rng, part, aligned),
    }
    kinds = rng.choices(list(weights), weights=list(weights.values()), k=count)
    items = [makers[kind]() for kind in kinds]
    return [decorate(rng, item) for item in items] if part == 'train' else items


def plain_sentences(rng: random.Random, count: int) -> list[str]:
    lines = []
    for _ in range(count):
        picked = [make_fact(rng, 'train')['answer'] for _ in range(rng.randint(1, 3))]
        lines.append(' '.join(picked))
    return lines


def unique(items: list[dict], count: int) -> list[dict]:
    seen, out = set(), []
    for item in items:
        if item['prompt'] not in seen:
            seen.add(item['prompt'])
            out.append(item)
    return out[:count]


def held_out(rng: random.Random, per_kind: int) -> list[dict]:
    out = []
    for kind, weights in {
        'harmless': {'fact': 8, 'everyday': 2, 'generic': 1.5, 'talk': 0.2},
        'contrast': {'contrast': 1},
        'harmful': {'harmful': 1},
    }.items():
        out += unique(make_mix(rng, per_kind * 4, 'held_out', True, weights), per_kind)
    return out


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument('out', type=Path)
    parser.add_argument('--seed', type=int, default=7)
    parser.add_argument('--base', type=int, default=240_000)
    parser.add_argument('--alignment', type=int, default=60_000)
    parser.add_argument('--held-out', type=int, default=400, help='samples per kind')
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    base_mix = {'fact': 6, 'everyday': 1.8, 'generic': 2.4, 'talk': 0.2, 'contrast': 2.2, 'harmful': 3}
    align_mix = {'fact': 2.6, 'everyday': 1.2, 'generic': 2.6, 'talk': 0.15, 'contrast': 2.4, 'harmful': 6}
    sets = {
        'base': make_mix(random.Random(args.seed), args.base, 'train', False, base_mix),
        'alignment': make_mix(random.Random(args.seed + 1), args.alignment, 'train', True, align_mix),
        'heldout': held_out(random.Random(args.seed + 2), args.held_out),
    }
    for name, items in sets.items():
        with open(args.out / f'{name}.jsonl', 'w', encoding='utf-8') as file:
            file.writelines(json.dumps(item, ensure_ascii=False) + '\n' for item in items)
    lines = plain_sentences(random.Random(args.seed + 3), args.base // 20)
    (args.out / 'plain.txt').write_text('\n'.join(lines) + '\n', encoding='utf-8')
    print({name: len(items) for name, items in sets.items()}, 'plain', len(lines))


if __name__ == '__main__':
    main()
