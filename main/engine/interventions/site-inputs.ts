/** One graph input for each site, so that strengths differ by layer and change without a new session. */
import { ActbenchError } from '#contract/errors'
import { isChosenLayer, type LayerChoice } from './layers.ts'
import {
  type FittedStatistics,
  type InputTensor,
  scalarInput,
  type SiteStatistics,
} from './types.ts'

/** A site that gets nodes, and the layer that decides how strongly it is changed. */
export interface LayerSite {
  readonly site: string
  readonly layer: number
}

/** Name of the input of a site: unique within the configuration, `what` says what it holds. */
export function siteInputName(prefix: string, what: string, site: string): string {
  return `${prefix}.${what}.${site}`
}

/** A scalar for each site, and zero for each. */
export function scalarInputs<Site extends LayerSite>(
  sites: readonly Site[],
  name: (site: string) => string,
  value: (site: Site) => number,
): {
  readonly inputs: ReadonlyMap<string, InputTensor>
  readonly inputsAtZero: ReadonlyMap<string, InputTensor>
} {
  const all = (valueOf: (site: Site) => number) =>
    new Map(sites.map((site) => [name(site.site), scalarInput(valueOf(site))]))
  return { inputs: all(value), inputsAtZero: all(() => 0) }
}

/** Names of the sites on chosen layers; on the others there are nodes only for the sake of one graph. */
export function chosenSites(sites: readonly LayerSite[], choice: LayerChoice): string[] {
  return sites.filter(({ layer }) => isChosenLayer(layer, choice)).map(({ site }) => site)
}

/** One statistic of a site. Throws `internal` when it was not observed: `observes` and `apply` then disagree. */
export function statisticOf<Kind extends keyof SiteStatistics>(
  fitted: FittedStatistics | null,
  site: string,
  kind: Kind,
): NonNullable<SiteStatistics[Kind]> {
  const found = fitted?.get(site)?.[kind]
  if (found !== undefined) return found
  throw new ActbenchError({
    code: 'internal',
    message: `${site}: expected ${kind} among the calibration statistics, found none.`,
  })
}
