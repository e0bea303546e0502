/** Replaces functions of the model (activation, softmax, norm) on chosen layers by approximations of them, as strongly as each layer says. */
import { z } from 'zod'
import { ActbenchError } from '#contract/errors'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Graph, Region, RegionKind, Value } from '../graph/ir.ts'
import { addInput, regionsOf, replaceFunction } from '../graph/rewrite.ts'
import { siteBlock } from '../graph/sites.ts'
import {
  coveredLayers,
  isChosenLayer,
  type LayerChoice,
  layerCount,
  layerParams,
  strengthOn,
} from './layers.ts'
import { type Applied, type ApplyRequest, type Intervention, scalarInput } from './types.ts'

export const replacementParams = {
  strength: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('Share of the approximation error that is applied; 1 is the published form'),
  ...layerParams,
}

export const softmaxParam = {
  softmax: z.boolean().default(true).describe('Replace the exponential of softmax'),
}

type ReplacementChoice = LayerChoice & { readonly strength: number }

/** An approximation of the function that a region marks, from the region's inputs in float32; finite for every input. */
export type Approximation = (
  builder: GraphBuilder,
  inputs: readonly Value[],
  region: Region,
) => Value

/** One function as a person chooses it, such as the activation, whichever of its kinds the model has. */
export interface FunctionChoice {
  /** As in 'this model has no ...'. */
  readonly name: string
  readonly approximations: Partial<Record<RegionKind, Approximation>>
  /** Replaced where there is one; otherwise a model without it is refused. */
  readonly isOptional?: boolean
}

/** The activation function of the MLP, whichever of the two the model has. */
export function activationChoice(by: {
  readonly gelu: Approximation
  readonly silu: Approximation
}): FunctionChoice {
  return {
    name: 'GELU or SiLU',
    approximations: { gelu: by.gelu, 'gelu-tanh': by.gelu, silu: by.silu },
  }
}

export function softmaxChoice(softmax: Approximation): FunctionChoice {
  return { name: 'softmax', approximations: { softmax } }
}

export function normChoice(norm: Approximation): FunctionChoice {
  return { name: 'norm', approximations: { 'rms-norm': norm, 'layer-norm': norm } }
}

/** What an intervention that only replaces functions does: nothing to observe, one strength for all of them. */
export function replacing<P extends ReplacementChoice & Record<string, unknown>>(
  functions: (chosen: P) => readonly FunctionChoice[],
): Pick<Intervention<P>, 'strengthParam' | 'observes' | 'apply'> {
  return {
    strengthParam: 'strength',
    observes: null,
    apply: (request) => replaceFunctions(request, functions(request.params)),
  }
}

/**
 * Every use of the chosen functions on the covered layers becomes (1 - s) f(x) + s p(x), in float32 also in half-precision
 * models. s is one scalar input a layer, `{prefix}.strength.{layer}`; at 0 and 1 the blend is exactly f and p. Functions before
 * the blocks (the norm of an encoder's embedding) count as the first layer, those behind them (the final norm, heads) as the last. Throws `incompatible` when a chosen function does not occur.
 */
export function replaceFunctions(
  request: ApplyRequest<ReplacementChoice>,
  functions: readonly FunctionChoice[],
): Applied {
  const { params: choice, prefix, covers } = request
  const last = layerCount(request.graph) - 1
  const layerOf = ({ name }: Region) => siteBlock(name) ?? (isBeforeBlocks(name) ? 0 : last)
  const layers = coveredLayers(request.graph, choice, covers)
  const { graph: declared, strengths } = declareStrengths(request.graph, prefix, layers)
  const changed: string[] = []
  let graph = declared
  for (const { kind, approximate, regions } of usesOf(declared, functions)) {
    const isChosen = (region: Region) => isChosenLayer(layerOf(region), choice)
    changed.push(...regions.filter(isChosen).map(({ name }) => name))
    graph = replaceFunction(
      graph,
      kind,
      (builder, inputs, region) => {
        const exact = builder.cast(region.outputs[0], 'float32')
        const strength = strengthValue(strengths, layerOf(region))
        return blend(builder, { exact, other: approximate(builder, inputs, region), strength })
      },
      (region) => strengths.has(layerOf(region)),
    )
  }
  if (changed.length === 0) throw nothingChosen(functions)
  const inputsWith = (strength: (layer: number) => number) =>
    new Map(
      layers.map((layer) => [strengthName(prefix, layer), scalarInput(strength(layer))] as const),
    )
  return {
    graph,
    changed,
    inputs: inputsWith((layer) => strengthOn(layer, choice, choice.strength)),
    inputsAtZero: inputsWith(() => 0),
  }
}

function isBeforeBlocks(region: string): boolean {
  return region.startsWith('embed/') || region.startsWith('embed.')
}

function strengthName(prefix: string, layer: number): string {
  return `${prefix}.strength.${layer}`
}

function declareStrengths(
  graph: Graph,
  prefix: string,
  layers: readonly number[],
): { graph: Graph; strengths: ReadonlyMap<number, Value> } {
  const strengths = new Map<number, Value>()
  let declared = graph
  for (const layer of layers) {
    const input = { name: strengthName(prefix, layer), dtype: 'float32', shape: [] } as const
    const added = addInput(declared, input)
    declared = added.graph
    strengths.set(layer, added.value)
  }
  return { graph: declared, strengths }
}

function strengthValue(strengths: ReadonlyMap<number, Value>, layer: number): Value {
  const value = strengths.get(layer)
  if (value !== undefined) return value
  throw new ActbenchError({ code: 'internal', message: `Layer ${layer} has no strength.` })
}

interface FunctionUse {
  readonly kind: RegionKind
  readonly approximate: Approximation
  readonly regions: readonly Region[]
}

function usesOf(graph: Graph, functions: readonly FunctionChoice[]): FunctionUse[] {
  return functions.flatMap((chosen) => {
    const uses = Object.entries(chosen.approximations).map(([name, approximate]) => {
      const kind = name as RegionKind
      return { kind, approximate, regions: regionsOf(graph, kind) }
    })
    const found = uses.filter(({ regions }) => regions.length > 0)
    if (found.length > 0 || chosen.isOptional === true) return found
    throw new ActbenchError({
      code: 'incompatible',
      message: `This model has no ${chosen.name} that could be replaced, or an earlier intervention has replaced it already.`,
      remedy: 'Leave it out of this intervention, or take the earlier intervention off.',
    })
  })
}

function nothingChosen(functions: readonly FunctionChoice[]): ActbenchError {
  const names = functions.map(({ name }) => name).join(', ')
  return new ActbenchError({
    code: 'incompatible',
    message:
      names === ''
        ? 'No function is chosen to be replaced.'
        : `The chosen layers have nothing to replace: ${names}.`,
    remedy: 'Switch on at least one function that the model has.',
  })
}

/** The form with two products is exact at both ends, where f + s (p - f) rounds at s = 1. */
function blend(
  builder: GraphBuilder,
  { exact, other, strength }: { exact: Value; other: Value; strength: Value },
): Value {
  const rest = builder.sub(builder.float32(1), strength)
  return builder.add(builder.mul(rest, exact), builder.mul(strength, other))
}
