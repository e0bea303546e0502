/** Statistics for an intervention: from an earlier job when the same were fitted before, else observed now. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '#contract/canonical'
import { ActbenchError } from '#contract/errors'
import type { JobSpec } from '#contract/jobs'
import type { Json } from '#contract/json'
import type { Graph } from '../graph/ir.ts'
import type { FittedStatistics, SiteRequest, SiteStatistics } from '../interventions/types.ts'
import type { ObservedRunner } from '../runtime/types.ts'
import type { Session } from '../runtime/session.ts'
import { allocationTokens, fitBlockSparsities } from './block-sparsities.ts'
import { type ActivationRequest, isObserved, observeActivations } from './observe.ts'
import { weightMaxima } from './weight-maxima.ts'

export interface FitRequest {
  readonly requests: readonly SiteRequest[]
  /** The plain forward graph in exact precision, whose constants are the weights. */
  readonly graph: Graph
  /** Runs that same graph. */
  readonly runner: ObservedRunner
  readonly fingerprint: string
  /** Fingerprint of the adapter that is merged into the weights; null without one. */
  readonly adapterFingerprint: string | null
  readonly text: string
  readonly encode: (text: string) => number[]
  readonly maxTokens: number
  readonly artifacts: JobSpec['artifacts']
  readonly signal: AbortSignal
  readonly onWindow: (done: number, total: number) => void
  /** Told before each block that runs by itself, which takes seconds. */
  readonly onBlock: (done: number, total: number) => void
  /** Opens a part of the graph, for statistics that need runs of it. */
  readonly openSession: (graph: Graph) => Promise<Session>
}

export interface FittedArtifact {
  /** Names what was asked for: model, adapter, statistic, sites, and where it comes from text, the text. */
  readonly key: string
  /** Names what came out. */
  readonly hash: string
  readonly payload: Json
  readonly isNew: boolean
  /** Calibration text behind it; null for what the weights alone decide. */
  readonly source: { readonly textHash: string; readonly tokens: number } | null
}

export interface FitResult {
  readonly statistics: FittedStatistics
  /** One for each kind of statistic. */
  readonly artifacts: readonly FittedArtifact[]
}

type Statistic = SiteRequest['statistic']

/** Raised when the way statistics are taken changes, so that old artifacts are not taken for new ones. */
const methods: Readonly<Record<Statistic, string>> = {
  'magnitude-quantiles': 'magnitude-quantiles/2',
  'channel-maxima': 'channel-maxima/1',
  'weight-maxima': 'weight-maxima/1',
  moments: 'moments/1',
  'block-sparsities-absolute': 'block-sparsities-absolute/1',
  'block-sparsities-symmetric': 'block-sparsities-symmetric/1',
}

/** Throws `invalid-input` when the text has too few tokens to fit anything on. */
export async function fitStatistics(request: FitRequest): Promise<FitResult> {
  const textHash = sha256(request.text)
  const groups = groupByStatistic(request.requests).map((group) => {
    const key = keyOf(request, group, textHash)
    return { ...group, key, stored: request.artifacts.find((artifact) => artifact.key === key) }
  })
  const observed = groups.filter(({ statistic }) => !isAllocated(statistic))
  const allocated = groups.filter(({ statistic }) => isAllocated(statistic))
  const first = readGroups(
    observed,
    textHash,
    await computePayloads(request, observed.filter(isMissing)),
  )
  const known = merge(first.map(({ sites }) => sites))
  const second = readGroups(
    allocated,
    textHash,
    await allocatePayloads(request, allocated.filter(isMissing), known),
  )
  const results = [...first, ...second]
  return {
    statistics: merge(results.map(({ sites }) => sites)),
    artifacts: results.map(({ artifact }) => artifact),
  }
}

function isAllocated(statistic: Statistic): boolean {
  return statistic.startsWith('block-sparsities-')
}

function isMissing({ stored }: KeyedGroup): boolean {
  return stored === undefined
}

function readGroups(
  groups: readonly KeyedGroup[],
  textHash: string,
  fresh: ReadonlyMap<Statistic, Json>,
): readonly { artifact: FittedArtifact; sites: Readonly<Record<string, SiteStatistics>> }[] {
  return groups.map(({ statistic, key, stored }) => {
    const payload = stored?.payload ?? fresh.get(statistic)
    const parsed = payloadSchemas[statistic].parse(payload)
    const artifact = {
      key,
      hash: stored?.hash ?? sha256(canonicalJson(payload)),
      payload: payload ?? null,
      isNew: stored === undefined,
      source: parsed.tokens === undefined ? null : { textHash, tokens: parsed.tokens },
    }
    return { artifact, sites: parsed.sites }
  })
}

interface Group {
  readonly statistic: Statistic
  /** Ascending. */
  readonly sites: readonly string[]
}

interface KeyedGroup extends Group {
  readonly key: string
  /** What an earlier job fitted. */
  readonly stored: JobSpec['artifacts'][number] | undefined
}

function groupByStatistic(requests: readonly SiteRequest[]): readonly Group[] {
  const kinds = [...new Set(requests.map(({ statistic }) => statistic))].sort()
  return kinds.map((statistic) => {
    const own = requests.filter((request) => request.statistic === statistic)
    return { statistic, sites: [...new Set(own.map(({ site }) => site))].sort() }
  })
}

function keyOf(request: FitRequest, { statistic, sites }: Group, textHash: string): string {
  const { fingerprint, adapterFingerprint, maxTokens } = request
  const adapter = adapterFingerprint === null ? {} : { adapterFingerprint }
  const text = statistic === 'weight-maxima' ? {} : { textHash, maxTokens }
  return sha256(
    canonicalJson({
      method: methods[statistic],
      fingerprint,
      sites: [...sites],
      ...adapter,
      ...text,
    }),
  )
}

/** Payloads of what no earlier job has fitted; everything from text in one pass over it. */
async function computePayloads(
  request: FitRequest,
  groups: readonly Group[],
): Promise<ReadonlyMap<Statistic, Json>> {
  const payloads = new Map<Statistic, Json>()
  const requests = groups.flatMap(({ statistic, sites }) =>
    isObserved(statistic) ? sites.map((site) => ({ site, statistic })) : [],
  )
  if (requests.length > 0) {
    const ids = calibrationIds(request)
    const { runner, signal, onWindow } = request
    const seen = await observeActivations({ runner, requests, ids, signal, onWindow })
    for (const { statistic } of groups) {
      const sites = requests.flatMap((each, at) =>
        each.statistic === statistic ? [[each.site, toJson(statistic, seen[at])] as const] : [],
      )
      payloads.set(statistic, { tokens: ids.length, sites: Object.fromEntries(sites) })
    }
  }
  const weights = groups.find(({ statistic }) => statistic === 'weight-maxima')
  if (weights !== undefined) {
    const maxima = weightMaxima(request.graph, weights.sites)
    const sites = [...maxima].map(([site, values]) => [site, rounded(values)] as const)
    payloads.set('weight-maxima', { sites: Object.fromEntries(sites) })
  }
  return payloads
}

/** Payloads of what needs runs of single blocks, where no earlier job has fitted it; `fitted` has the quantiles. */
async function allocatePayloads(
  request: FitRequest,
  groups: readonly Group[],
  fitted: FittedStatistics,
): Promise<ReadonlyMap<Statistic, Json>> {
  const payloads = new Map<Statistic, Json>()
  for (const { statistic, sites } of groups) {
    const ids = calibrationIds(request).slice(0, allocationTokens)
    const rule = statistic === 'block-sparsities-symmetric' ? 'symmetric' : 'absolute'
    const found = await fitBlockSparsities({ ...request, sites, fitted, rule, ids })
    const bySite = [...found].map(([site, values]) => [site, rounded(values)] as const)
    payloads.set(statistic, { tokens: ids.length, sites: Object.fromEntries(bySite) })
  }
  return payloads
}

const fewestTokens = 128

function calibrationIds(request: FitRequest): readonly number[] {
  const ids = request.encode(request.text).slice(0, request.maxTokens)
  if (ids.length >= fewestTokens) return ids
  throw new ActbenchError({
    code: 'invalid-input',
    message: `The calibration text has ${ids.length} tokens; at least ${fewestTokens} are needed.`,
    remedy: 'Choose a longer calibration text.',
  })
}

/** As it is stored: six significant digits, far below what the choice of text moves, and a third of the size. */
function toJson(statistic: ActivationRequest['statistic'], seen: SiteStatistics): Json {
  if (statistic === 'magnitude-quantiles') {
    const { absolute = [], symmetric = [], count = 0 } = seen.quantiles ?? {}
    return { absolute: rounded(absolute), symmetric: rounded(symmetric), count }
  }
  if (statistic === 'channel-maxima') return rounded(seen.channelMaxima ?? [])
  const { mean = 0, deviation = 0, count = 0 } = seen.moments ?? {}
  const [roundMean, roundDeviation] = rounded([mean, deviation])
  return { mean: roundMean, deviation: roundDeviation, count }
}

function rounded(values: readonly number[]): number[] {
  return values.map((value) => Number(value.toPrecision(6)))
}

const count = z.number().int()
const numbers = z.array(z.number())
const quantiles = z.object({ absolute: numbers, symmetric: numbers, count })
const blockSparsities = numbers.transform((value) => ({ blockSparsities: value }))
const moments = z.object({ mean: z.number(), deviation: z.number(), count })

/** Reads a stored payload, or one just made, back into statistics by site; `tokens` is absent for what needs no text. */
const payloadSchemas = {
  'magnitude-quantiles': bySite(quantiles.transform((value) => ({ quantiles: value }))),
  'channel-maxima': bySite(numbers.transform((value) => ({ channelMaxima: value }))),
  'weight-maxima': bySite(numbers.transform((value) => ({ weightMaxima: value }))),
  moments: bySite(moments.transform((value) => ({ moments: value }))),
  'block-sparsities-absolute': bySite(blockSparsities),
  'block-sparsities-symmetric': bySite(blockSparsities),
} as const satisfies Record<Statistic, unknown>

function bySite<Site extends z.ZodType<SiteStatistics>>(site: Site) {
  return z.object({ tokens: count.optional(), sites: z.record(z.string(), site) })
}

function merge(parts: readonly Readonly<Record<string, SiteStatistics>>[]): FittedStatistics {
  const merged = new Map<string, SiteStatistics>()
  for (const part of parts) {
    for (const [site, found] of Object.entries(part)) {
      merged.set(site, { ...merged.get(site), ...found })
    }
  }
  return merged
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
