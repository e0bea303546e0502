/**
 * Heads for intent and slots on an encoder: what they are called in the files of the MASSIVE authors' code (alexa/massive,
 * models/xlmr_ic_sf.py) and in our GGUF files, and the label maps without which their outputs mean nothing.
 */
import { ActbenchError } from '#contract/errors'
import type { LinearWeights } from '../blocks/linear.ts'
import type { Checkpoint } from '../checkpoint/types.ts'
import { describe, unsupported } from './fields.ts'
import { readLabels } from './joint-labels.ts'
import { requireLinear, requireTensor } from './tensors.ts'
import type { EncoderConfig, JointConfig, JointWeights } from './types.ts'

export type Head = 'intent' | 'slot'

/** Paths of a head's products in order; of a checkpoint without this head none. */
function headPaths(checkpoint: Checkpoint, head: Head): string[] {
  const pattern =
    checkpoint.format === 'gguf'
      ? new RegExp(`^(nlu\\.${head}\\.(\\d+))\\.weight$`)
      : new RegExp(
          head === 'intent'
            ? '^(intent_classifier\\.ic_head\\.(\\d+))\\.weight$'
            : '^(slot_classifier\\.sf_head\\.(\\d+))\\.weight$',
        )
  const found = [...checkpoint.tensors.keys()].flatMap((name) => {
    const match = pattern.exec(name)
    return match === null ? [] : [{ path: match[1], index: Number(match[2]) }]
  })
  return found.toSorted((a, b) => a.index - b.index).map(({ path }) => path)
}

/**
 * The heads of a checkpoint with so many blocks; null for a bare encoder. Throws `malformed-file` naming file and field when only one
 * head is there, or a label map is missing, or does not fit its head.
 */
export function readJointConfig(checkpoint: Checkpoint, blocks: number): JointConfig | null {
  const paths = { intent: headPaths(checkpoint, 'intent'), slot: headPaths(checkpoint, 'slot') }
  if (paths.intent.length + paths.slot.length === 0) return null
  const labels = (head: Head) => {
    const last = paths[head].at(-1)
    if (last === undefined) throw lacksHead(checkpoint, head)
    const outputs = requireTensor(checkpoint, `${last}.weight`)
    return readLabels(checkpoint, { head, outputs })
  }
  refuseOtherActivation(checkpoint)
  return {
    layer: layerOf(checkpoint, blocks),
    pooling: poolingOf(checkpoint),
    intents: labels('intent'),
    slots: labels('slot'),
  }
}

/** Throws `malformed-file` for a missing bias and `shape-mismatch` where two products of a head do not fit. */
export function findJointWeights(
  checkpoint: Checkpoint,
  { dModel, joint }: Pick<EncoderConfig, 'dModel' | 'joint'>,
): JointWeights | null {
  if (joint === null) return null
  const head = (name: Head, outputs: number): LinearWeights[] => {
    const paths = headPaths(checkpoint, name)
    let width = dModel
    return paths.map((path, at) => {
      const isLast = at === paths.length - 1
      const out = isLast ? outputs : requireTensor(checkpoint, `${path}.weight`).shape[0]
      const layer = requireLinear(checkpoint, path, [out, width])
      width = out
      return layer
    })
  }
  return { intent: head('intent', joint.intents.length), slots: head('slot', joint.slots.length) }
}

/** The block that heads read, from 0; config.json may say `last`, or nothing and mean it. */
function layerOf(checkpoint: Checkpoint, blocks: number): number {
  const isGguf = checkpoint.format === 'gguf'
  const name = isGguf ? 'nlu.layer' : 'hidden_layer_for_class'
  const given = isGguf ? checkpoint.metadata.get(name) : checkpoint.config[name]
  if (!isGguf && (given === undefined || given === 'last')) return blocks - 1
  const layer = typeof given === 'bigint' ? Number(given) : given
  if (typeof layer === 'number' && Number.isInteger(layer) && layer >= 0 && layer < blocks) {
    return layer
  }
  throw malformed(checkpoint, {
    field: name,
    expected: `a block from 0 to ${blocks - 1}`,
    found: describe(given),
  })
}

const poolings = ['first', 'max', 'mean'] as const

function poolingOf(checkpoint: Checkpoint): JointConfig['pooling'] {
  const isGguf = checkpoint.format === 'gguf'
  const name = isGguf ? 'nlu.pooling' : 'head_intent_pooling'
  const given = isGguf ? checkpoint.metadata.get(name) : (checkpoint.config[name] ?? 'first')
  const known = poolings.find((pooling) => pooling === given)
  if (known !== undefined) return known
  const expected = `one of ${poolings.join(', ')}`
  throw malformed(checkpoint, { field: name, expected, found: describe(given) })
}

function refuseOtherActivation(checkpoint: Checkpoint): void {
  const activation = checkpoint.config['head_activation'] ?? 'gelu'
  if (activation === 'gelu') return
  throw unsupported(checkpoint, `the head activation ${describe(activation)}`, 'gelu')
}

function lacksHead(checkpoint: Checkpoint, head: Head): ActbenchError {
  return malformed(checkpoint, {
    field: `the ${head} head`,
    expected: 'weights of both heads, for intent and for slots',
    found: 'none of this one',
  })
}

function malformed(
  { path, format }: Checkpoint,
  problem: { field: string; expected: string; found: string },
): ActbenchError {
  const file = format === 'gguf' ? path : `${path}: config.json`
  return new ActbenchError({
    code: 'malformed-file',
    message: `${file}: expected ${problem.expected} at ${problem.field}, found ${problem.found}.`,
    remedy: 'Convert the checkpoint again with all that its heads need.',
  })
}
