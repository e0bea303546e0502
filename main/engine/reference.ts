/** What the untouched model shows: statistics that interventions ask for, and the reading of the probe text. */
import type { Passport } from '#contract/configurations'
import { ActbenchError } from '#contract/errors'
import type { JobEvent } from '#contract/jobs'
import { type FitResult, fitStatistics } from './calibration/fit.ts'
import { createChannel } from './channel.ts'
import type { Graph } from './graph/ir.ts'
import type { FittedStatistics } from './interventions/types.ts'
import type { ProbeReading } from './passport.ts'
import {
  openRunner,
  probeIds,
  readingName,
  readProbe,
  residualSites,
  stage,
  type Context,
  type Use,
} from './preparation.ts'
import { readText } from './read-text.ts'
import { calibrationTokens } from './recipe.ts'
import type { Runner } from './runtime/open-runner.ts'
import { createSession } from './runtime/session.ts'
import { readSiteScales } from './trained-scales/index.ts'

export interface Reference {
  readonly fitted: readonly (FittedStatistics | null)[]
  readonly calibration: Passport['calibration']
  readonly trainedScales: NonNullable<Passport['trainedScales']>
  /** Null when the passport is at hand already, or there is nothing to verify. */
  readonly probe: ProbeReading | null
}

/** Yields stages and newly fitted artifacts on the way. */
export async function* observeReference(context: Context): AsyncGenerator<JobEvent, Reference> {
  const { bench, spec, uses } = context
  const needsProbe = spec.passport === null && isChanged(context)
  const needsFit = uses.some(({ intervention }) => intervention.observes !== null)
  if (!needsProbe && !needsFit)
    return { fitted: uses.map(() => null), calibration: [], trainedScales: [], probe: null }
  let plain: Graph | null = null
  const runner = await openRunner(context, {
    precision: 'exact',
    transform: (graph) => (plain = graph),
    inputs: new Map(),
    beforeSession: bench.clear,
  })
  try {
    const graph = requireGraph(plain)
    const known = yield* fitAll(context, runner, graph)
    const probe = needsProbe
      ? await bench.reading(readingName(context, 'exact'), () =>
          readProbe(runner, probeIds(context, runner), residualSites(graph)),
        )
      : null
    return { ...known, probe }
  } finally {
    await runner.close()
  }
}

async function* fitAll(
  context: Context,
  runner: Runner,
  graph: Graph,
): AsyncGenerator<JobEvent, Omit<Reference, 'probe'>> {
  const fitted: (FittedStatistics | null)[] = []
  const calibration: Passport['calibration'] = []
  const trainedScales: Reference['trainedScales'] = []
  for (const use of context.uses) {
    const { intervention } = use
    if (intervention.observes === null) {
      fitted.push(null)
      continue
    }
    const trained = trainedScalesOf(context, use)
    if (trained !== null) {
      fitted.push(trained.statistics)
      trainedScales.push(trained.entry)
      continue
    }
    yield stage('calibrating', intervention.title)
    const result = yield* fitOne(context, { use, runner, graph })
    for (const { key, hash, payload, isNew, source } of result.artifacts) {
      if (isNew) yield { type: 'artifact-fitted', key, hash, payload }
      if (source === null) continue
      calibration.push({ interventionId: intervention.id, ...source, artifactHash: hash })
    }
    fitted.push(result.statistics)
  }
  return { fitted, calibration, trainedScales }
}

/** What a file holds in place of what would be fitted; null where the use names none. */
function trainedScalesOf(
  { spec, checkpoint }: Context,
  { intervention, params }: Use,
): { statistics: FittedStatistics; entry: Reference['trainedScales'][number] } | null {
  const use = intervention.trainedScales?.(params) ?? null
  if (use === null) return null
  const { statistics, facts } = readSiteScales({ use, spec, checkpoint })
  const { name, sha256, bits, text, textSha256, tokens } = facts
  const entry = {
    interventionId: intervention.id,
    name,
    sha256,
    bits,
    text,
    textSha256,
    tokens,
  }
  return { statistics, entry }
}

/** What one intervention asks for. Yields how far it is where that takes long. */
async function* fitOne(
  context: Context,
  { use, runner, graph }: { readonly use: Use; readonly runner: Runner; readonly graph: Graph },
): AsyncGenerator<JobEvent, FitResult> {
  const { machine, spec, tokenizer, surroundings } = context
  const { intervention, params, covers } = use
  const { title } = intervention
  const { cacheDir } = spec
  const channel = createChannel<JobEvent>()
  let result: FitResult = { statistics: new Map(), artifacts: [] }
  yield* channel.drain(async () => {
    result = await fitStatistics({
      requests: intervention.observes?.(graph, params, covers) ?? [],
      graph,
      runner,
      fingerprint: spec.model.fingerprint,
      adapterFingerprint: spec.adapter?.fingerprint ?? null,
      text: readText(spec.calibrationTextPath),
      encode: (text) => tokenizer.encode(text, { addSpecial: true }),
      maxTokens: calibrationTokens,
      artifacts: spec.artifacts,
      signal: surroundings.signal,
      onWindow: () => undefined,
      onBlock: (done, total) =>
        channel.push(stage('calibrating', `${title}, block ${done + 1} of ${total}`)),
      openSession: (part) =>
        createSession({ graph: part, ...machine, cacheDir, purpose: 'reading' }),
    })
  })
  return result
}

/** An adapter is a part of the model: what interventions do is measured against the adapted one. */
function isChanged({ spec, uses }: Context): boolean {
  return uses.length > 0 || spec.configuration.precision !== 'exact'
}

function requireGraph(graph: Graph | null): Graph {
  if (graph !== null) return graph
  throw new ActbenchError({ code: 'internal', message: 'The runner did not hand out its graph.' })
}
