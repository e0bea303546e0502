/** Scales that were learned elsewhere for one model and one width (OmniQuant, Shao et al., ICLR 2024): a file, checked and by site. */
import { join } from 'node:path'
import { ActbenchError } from '#contract/errors'
import type { JobSpec } from '#contract/jobs'
import { findArchitecture } from '../architectures/index.ts'
import type { Checkpoint } from '../checkpoint/types.ts'
import type { FittedStatistics, ScalesUse } from '../interventions/types.ts'
import { scalesBySite } from './by-site.ts'
import { readScales, type ScalesFacts, type TrainedScales } from './read.ts'

export type { ScalesFacts } from './read.ts'

/** What a file says of itself. Throws `not-found` or `malformed-file`. */
export function inspectScales(path: string): ScalesFacts {
  return readScales(path).facts
}

export interface ScalesRequest {
  readonly use: ScalesUse
  readonly spec: Pick<JobSpec, 'model' | 'adapter' | 'trainedScalesFolder'>
  readonly checkpoint: Checkpoint
}

export interface SiteScales {
  readonly facts: ScalesFacts
  readonly statistics: FittedStatistics
}

/**
 * The named file's scales by site. Throws `not-found`, `malformed-file`, `invalid-input` when the file is another one than was named, and
 * `incompatible` or `shape-mismatch` when it was trained for another model, for other bits, or without the adapter.
 */
export function readSiteScales({ use, spec, checkpoint }: ScalesRequest): SiteScales {
  const scales = readScales(join(spec.trainedScalesFolder, `${requireHash(use)}.safetensors`))
  requireFit(scales, use, spec)
  const architecture = findArchitecture(checkpoint)
  if (architecture.kind !== 'decoder') {
    throw unfit(scales.facts, 'a model that predicts the next token', architecture.title)
  }
  const sites = scalesBySite(scales, architecture.readConfig(checkpoint))
  return {
    facts: scales.facts,
    statistics: new Map([...sites].map(([site, values]) => [site, { trainedScales: values }])),
  }
}

/** Before anything of a path is made of it. */
function requireHash({ sha256 }: ScalesUse): string {
  if (/^[0-9a-f]{64}$/u.test(sha256)) return sha256
  throw new ActbenchError({
    code: 'invalid-input',
    message: `scales: expected the sha256 of a kept file, found ${JSON.stringify(sha256)}.`,
    remedy: 'Start a plan that names the file: it is then kept under its sha256.',
  })
}

function requireFit(
  { facts, path }: TrainedScales,
  use: ScalesUse,
  spec: ScalesRequest['spec'],
): void {
  if (facts.sha256 !== use.sha256) {
    throw new ActbenchError({
      code: 'invalid-input',
      message: `Scales ${facts.name} at ${path}: expected the file with sha256 ${use.sha256.slice(0, 12)}, found ${facts.sha256.slice(0, 12)}.`,
      remedy: 'The kept file changed. Start a plan that names the original once more.',
    })
  }
  const [problem] = scalesMisfits(facts, { bits: use.bits, fingerprint: spec.model.fingerprint })
  if (problem !== undefined) throw unfit(facts, problem.expected, problem.found)
  if (spec.adapter === null) return
  throw unfit(facts, 'the model without an adapter', `the adapter ${spec.adapter.name}`)
}

/** A way in which a file is for something else. */
export interface Misfit {
  /** What the file was trained for. */
  readonly expected: string
  readonly found: string
}

/** In which ways the file is for other bits or another checkpoint; empty when it fits. */
export function scalesMisfits(
  { bits, model, modelSha256 }: ScalesFacts,
  wanted: { readonly bits: number; readonly fingerprint: string },
): Misfit[] {
  return [
    ...(modelSha256 === wanted.fingerprint
      ? []
      : [
          {
            expected: `${model} with sha256 ${modelSha256.slice(0, 12)}`,
            found: `a checkpoint with sha256 ${wanted.fingerprint.slice(0, 12)}`,
          },
        ]),
    ...(bits === wanted.bits ? [] : [{ expected: `${bits} bits`, found: `${wanted.bits}` }]),
  ]
}

function unfit({ name }: ScalesFacts, expected: string, found: string): ActbenchError {
  return new ActbenchError({
    code: 'incompatible',
    message: `Scales ${name} were trained for ${expected}, found ${found}.`,
    remedy:
      'Choose the file that was trained for this model and these bits, or train one with lab/omniquant/train.py.',
  })
}
