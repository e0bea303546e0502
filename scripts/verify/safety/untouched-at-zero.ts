/** Every technique on a real checkpoint: it acts, and with its strength at zero the logits are those of the untouched model. */
import { interventionRecords } from '#engine/catalog'
import type { InterventionRecord, Passport } from '#contract/configurations'
import { createWorkbench } from '../../../main/engine/workbench.ts'
import { judged, skipped, type Check } from '../check.ts'
import { findModel, smolLm2 } from '../known-models.ts'
import { prepareModel, shortJob } from './prepared-model.ts'

const categories: readonly InterventionRecord['category'][] = [
  'activation-approximation',
  'activation-sparsity',
  'activation-quantisation',
]

/** A passport allows float32 rounding, since graphs may be fused differently; on this checkpoint nothing is left of it. */
export const untouchedAtZero: Check = {
  title: `${smolLm2.title}: every technique acts, and leaves all logits alone at strength zero`,
  async run(context) {
    const model = await findModel(context, smolLm2)
    if (model.kind === 'absent') return skipped(model.reason)
    const records = interventionRecords().filter(({ category }) => categories.includes(category))
    const spec = await shortJob(context, model.path)
    const bench = createWorkbench()
    const figures: string[] = []
    const problems: string[] = []
    try {
      for (const { id, defaults } of records) {
        const uses = [{ id, params: defaults }]
        const { passport, close } = await prepareModel(context, { spec, uses, bench })
        await close()
        figures.push(`${id}: ${describe(passport)}`)
        problems.push(...problemsOf(passport).map((text) => `${id}: ${text}`))
      }
    } finally {
      await bench.close()
    }
    if (records.length < 11) problems.push(`expected 11 techniques, found ${records.length}`)
    return judged(figures, problems)
  },
}

function describe(passport: Passport | null): string {
  if (passport === null) return 'no passport'
  const { strengthZeroMaxAbs: zero, logitKlNats, probe, interventions } = passport
  const sites = interventions.reduce((sum, { sitesChanged }) => sum + sitesChanged, 0)
  const difference = zero === null ? 'not measured' : zero === 0 ? '0' : zero.toExponential(1)
  return `max abs logit difference at zero ${difference}; by default ${sites} sites, KL ${logitKlNats.toPrecision(2)} nats on ${probe.tokens} tokens`
}

function problemsOf(passport: Passport | null): string[] {
  if (passport === null) return ['it has no passport']
  const rules: readonly (readonly [boolean, string])[] = [
    [passport.isVerified, 'its passport is not verified'],
    [passport.strengthZeroMaxAbs === 0, 'strength zero changes logits'],
    [passport.logitKlNats > 0, 'by default it changes nothing'],
    [passport.probe.tokens >= 64, 'the probe has fewer than 64 tokens'],
  ]
  return rules.filter(([holds]) => !holds).map(([, text]) => text)
}
