/** Inputs that interventions declare beside a graph's own: strengths and thresholds that change without a new session. */
import { ActbenchError } from '#contract/errors'
import type { Graph } from '../graph/ir.ts'
import { textTokensInput } from '../graph/text-tokens.ts'
import type { TensorLike } from './types.ts'

const ownInputs = new Set(['input_ids', 'pad', 'source_ids', 'source_pad', textTokensInput])

/** Throws `invalid-input` naming an input without a value, or a value without an input. */
export function checkExtras(graph: Graph, extras: ReadonlyMap<string, TensorLike>): void {
  const declared = graph.inputs.map((input) => input.name).filter((name) => !ownInputs.has(name))
  const missing = declared.filter((name) => !extras.has(name))
  const unknown = [...extras.keys()].filter((name) => !declared.includes(name))
  if (unknown.length > 0) throw unknownInput(unknown[0], declared)
  if (missing.length === 0) return
  throw new ActbenchError({
    code: 'invalid-input',
    message: `Graph inputs: expected values for ${missing.join(', ')}, found none.`,
  })
}

/** Gives a declared input another value. Throws `invalid-input` for one that nobody declared. */
export function setExtra(extras: Map<string, TensorLike>, name: string, tensor: TensorLike): void {
  if (!extras.has(name)) throw unknownInput(name, [...extras.keys()])
  extras.set(name, tensor)
}

function unknownInput(name: string, known: readonly string[]): ActbenchError {
  return new ActbenchError({
    code: 'invalid-input',
    message: `Graph input ${name}: expected one of ${known.length === 0 ? 'none' : known.join(', ')}.`,
  })
}
