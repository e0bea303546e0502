/** Reads sites of the forward graph, for single rows: probe, calibration, studies. */
import { ActbenchError } from '#contract/errors'
import { fuse } from '../blocks/fuse.ts'
import type { Graph } from '../graph/ir.ts'
import { keepOutputs, siteValue } from '../graph/rewrite.ts'
import { f16ArrayToF32 } from '../tensor/half.ts'
import type { Session } from './session.ts'
import { int64 } from './stepper.ts'
import type { SiteActivation, TensorLike } from './types.ts'

export interface Observer {
  /** Values at sites for one row, each [seq, ...] in float32. */
  readonly observe: (
    ids: readonly number[],
    sites: readonly string[],
  ) => Promise<ReadonlyMap<string, SiteActivation>>
  readonly isOpen: () => boolean
  readonly close: () => Promise<void>
}

/** Reads sites of single rows; keeps one session, for the sites that were asked for last. */
export function createObserver(options: {
  readonly whole: Graph
  /** Read at every run, so that changed inputs take effect. */
  readonly extras: ReadonlyMap<string, TensorLike>
  readonly open: (graph: Graph) => Promise<Session>
}): Observer {
  const { whole, extras, open } = options
  let current: { session: Session; names: ReadonlyMap<string, string> } | null = null

  const prepare = async (sites: readonly string[]) => {
    if (current !== null && sites.every((site) => current?.names.has(site))) return current
    await current?.session.close()
    current = null
    const values = sites.map((site) => siteValue(whole, site))
    const unique = new Map(values.map((value) => [value.name, value]))
    const kept = keepOutputs(whole, [...unique.values()])
    const fused = fuse(kept)
    // Fusing renames what it replaces; outputs keep their order.
    const renamed = new Map(kept.outputs.map((value, at) => [value.name, fused.outputs[at].name]))
    const names = sites.map((site, at): [string, string] => [
      site,
      renamed.get(values[at].name) ?? values[at].name,
    ])
    current = { session: await open(fused), names: new Map(names) }
    return current
  }
  return {
    isOpen: () => current !== null,
    async observe(ids, sites) {
      const { session, names } = await prepare(sites)
      const feeds = new Map<string, TensorLike>([
        ['input_ids', int64(ids, [1, ids.length])],
        ['pad', int64([0], [1])],
        ...extras,
      ])
      const used = new Map([...feeds].filter(([name]) => session.inputNames.includes(name)))
      const nameOf = (site: string): string => names.get(site) ?? ''
      const result = await session.run(used, [...new Set(sites.map(nameOf))])
      return new Map(
        sites.map((site): [string, SiteActivation] => [
          site,
          toActivation(result.get(nameOf(site))),
        ]),
      )
    },
    async close() {
      await current?.session.close()
      current = null
    },
  }
}

/** [1, seq, ...] -> [seq, ...] in float32. */
function toActivation(tensor: TensorLike | undefined): SiteActivation {
  const shape = tensor?.shape.slice(1) ?? []
  if (tensor?.dtype === 'float32') return { shape, data: tensor.data }
  if (tensor?.dtype === 'float16') return { shape, data: f16ArrayToF32(tensor.data) }
  throw new ActbenchError({
    code: 'internal',
    message: `Site: expected floating point values, found ${tensor?.dtype ?? 'nothing'}.`,
  })
}
