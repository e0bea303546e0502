/** Every intervention of the catalogue at strength zero on the embedded NLU model: the labels, and the logits, of the untouched one. */
import { join } from 'node:path'
import type { InterventionRecord, Passport } from '#contract/configurations'
import type { JobEvent, SampleResult } from '#contract/jobs'
import { interventionRecords } from '#engine/catalog'
import { createWorkbench } from '../../../main/engine/workbench.ts'
import { judged, type Check } from '../check.ts'
import { runSuite } from '../suite-job.ts'
import { nluModelPath } from './nlu-golden.ts'

/**
 * Of ln p of the intent, which is stored with six digits. Logits of the probe must be the very same; utterances are read in the
 * fused graph, and attention with a changed softmax is not fused, so that it rounds in another order.
 */
const toleranceNats = 2e-5

export const nluAtZero: Check = {
  title:
    'Embedded NLU model: every intervention at strength zero is the untouched model, bit for bit',
  async run(context) {
    const bench = createWorkbench()
    const label = async (record: InterventionRecord | null): Promise<Labelled> => {
      let passport: Passport | null = null
      const results = await runSuite(context, {
        modelPath: nluModelPath(context.projectRoot),
        suiteId: 'massive-starter',
        dataPath: join(context.projectRoot, 'resources/suites/starter/massive.jsonl'),
        limit: null,
        bench,
        interventions: record === null ? [] : [atZero(record)],
        onEvent: (event: JobEvent) => {
          if (event.type === 'passport-issued') ({ passport } = event)
        },
      })
      return { results: results.toSorted((a, b) => a.sample.index - b.sample.index), passport }
    }
    const figures: string[] = []
    const problems: string[] = []
    try {
      const { results: untouched } = await label(null)
      const records = interventionRecords().filter(({ strengthParam }) => strengthParam !== null)
      for (const record of records) {
        const { results, passport } = await label(record)
        const found = compare(untouched, results)
        figures.push(`${record.id}: ${describe(passport, found)}`)
        problems.push(...problemsOf(passport, found).map((text) => `${record.id}: ${text}`))
      }
      figures.unshift(`${records.length} interventions, ${untouched.length} utterances each`)
      if (records.length < 11) problems.push(`expected 11 interventions, found ${records.length}`)
      if (untouched.length < 400)
        problems.push(`expected 400 utterances, found ${untouched.length}`)
    } finally {
      await bench.close()
    }
    return judged(figures, problems)
  },
}

interface Labelled {
  readonly results: readonly SampleResult[]
  readonly passport: Passport | null
}

function atZero({ id, defaults, strengthParam }: InterventionRecord) {
  return { id, params: { ...defaults, [strengthParam ?? '']: 0 } }
}

interface Found {
  readonly otherLabels: number
  readonly largestNats: number
}

function compare(untouched: readonly SampleResult[], results: readonly SampleResult[]): Found {
  let otherLabels = Math.abs(untouched.length - results.length)
  let largestNats = 0
  for (const [at, { sample, response }] of results.entries()) {
    const before = untouched[at]
    const [own, other] = [response?.understanding, before.response?.understanding]
    const isSame =
      sample.id === before.sample.id &&
      own !== undefined &&
      own.intent === other?.intent &&
      own.labels.join() === other.labels.join()
    if (!isSame) otherLabels += 1
    const nats = Math.abs((own?.intentLogProb ?? NaN) - (other?.intentLogProb ?? NaN))
    largestNats = Number.isNaN(nats) ? Infinity : Math.max(largestNats, nats)
  }
  return { otherLabels, largestNats }
}

function describe(passport: Passport | null, { otherLabels, largestNats }: Found): string {
  const zero = passport?.strengthZeroMaxAbs ?? null
  const logits = zero === null ? 'not measured' : zero === 0 ? '0' : zero.toExponential(1)
  return `max abs logit difference ${logits} on the probe, ${otherLabels} utterances labelled otherwise, ln p of an intent within ${largestNats.toExponential(1)}`
}

function problemsOf(passport: Passport | null, { otherLabels, largestNats }: Found): string[] {
  const rules: readonly (readonly [boolean, string])[] = [
    [passport?.interventions[0].sitesChanged !== 0, 'it has no place in the graph'],
    [passport?.strengthZeroMaxAbs === 0, 'strength zero changes logits of the probe'],
    [otherLabels === 0, `${otherLabels} utterances are labelled otherwise`],
    [largestNats <= toleranceNats, `ln p of an intent differs by ${largestNats}`],
  ]
  return rules.filter(([holds]) => !holds).map(([, text]) => text)
}
