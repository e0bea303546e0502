/** Statistics for an intervention: from an earlier job when the same were fitted before, else observed now. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '#contract/canonical'
import { ActbenchError } from '#contract/errors'
import type { JobSpec } from '#contract/jobs'
import type { Json } from '#contract/json'
import type { CausalRunner } from '../runtime/types.ts'
import type { QuantileTable } from '../stats/magnitude-quantiles.ts'
import { observeMagnitudes } from './observe.ts'

export interface FitRequest {
  readonly sites: readonly string[]
  readonly runner: CausalRunner
  readonly fingerprint: string
  readonly text: string
  readonly encode: (text: string) => number[]
  readonly maxTokens: number
  readonly artifacts: JobSpec['artifacts']
  readonly signal: AbortSignal
  readonly onWindow: (done: number, total: number) => void
}

export interface FitResult {
  readonly statistics: ReadonlyMap<string, QuantileTable>
  /** Names what was asked for: model, text, sites, method. */
  readonly key: string
  /** Names what came out. */
  readonly hash: string
  readonly payload: Json
  readonly isNew: boolean
  readonly textHash: string
  readonly tokens: number
}

const payloadSchema = z.object({
  tokens: z.number().int(),
  sites: z.record(
    z.string(),
    z.object({
      absolute: z.array(z.number()),
      symmetric: z.array(z.number()),
      count: z.number().int(),
    }),
  ),
})

/** Raised when the way statistics are taken changes, so that old artifacts are not taken for new ones. */
const method = 'magnitude-quantiles/2'

/** Throws `invalid-input` when the text has too few tokens to fit anything on. */
export async function fitStatistics(request: FitRequest): Promise<FitResult> {
  const textHash = sha256(request.text)
  const sites = [...request.sites].sort()
  const { fingerprint, maxTokens } = request
  const key = sha256(canonicalJson({ method, fingerprint, textHash, sites, maxTokens }))
  const stored = request.artifacts.find((artifact) => artifact.key === key)
  const payload = stored?.payload ?? (await observe(request))
  const { tokens, sites: tables } = payloadSchema.parse(payload)
  return {
    statistics: new Map(Object.entries(tables)),
    key,
    hash: stored?.hash ?? sha256(canonicalJson(payload)),
    payload,
    isNew: stored === undefined,
    textHash,
    tokens,
  }
}

const fewestTokens = 128

async function observe(request: FitRequest): Promise<Json> {
  const ids = request.encode(request.text).slice(0, request.maxTokens)
  if (ids.length < fewestTokens) {
    throw new ActbenchError({
      code: 'invalid-input',
      message: `The calibration text has ${ids.length} tokens; at least ${fewestTokens} are needed.`,
      remedy: 'Choose a longer calibration text.',
    })
  }
  const { runner, sites, signal, onWindow } = request
  const tables = await observeMagnitudes({ runner, sites, ids, signal, onWindow })
  const rounded = [...tables].map(([site, table]) => [site, roundTable(table)])
  return { tokens: ids.length, sites: Object.fromEntries(rounded) as Json }
}

/** Six significant digits: far below what the choice of text moves, and a third of the stored size. */
function roundTable(table: QuantileTable): Json {
  const round = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(6)))
  return { absolute: round(table.absolute), symmetric: round(table.symmetric), count: table.count }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
