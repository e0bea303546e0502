/** Every intervention of the catalogue on the embedded model: it acts, and at strength zero it changes nothing. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { comparisonSchema } from '#contract/comparisons'
import type { InterventionRecord, Passport } from '#contract/configurations'
import { interventionRecords } from '#engine/catalog'
import { actbench, jsonOf } from './command-line.ts'
import { judged, type Check } from './check.ts'

const outputSchema = z.object({ comparison: comparisonSchema })

export const strengthZero: Check = {
  title: 'embedded model: every intervention acts, and changes nothing at strength zero',
  async run(context) {
    const records = interventionRecords()
    const planPath = join(context.scratch, 'plan.json')
    await writeFile(planPath, JSON.stringify(planOf(records)))
    const ended = await actbench(context, ['run', planPath, '--json'])
    const { comparison } = outputSchema.parse(jsonOf(ended))
    const passports = new Map(comparison.columns.map(({ name, passport }) => [name, passport]))
    const figures: string[] = []
    const problems: string[] = []
    for (const record of records) {
      const passport = passports.get(record.id) ?? null
      if (passport === null) {
        problems.push(`${record.id}: no passport`)
        continue
      }
      figures.push(`${record.id}: ${describe(passport)}`)
      problems.push(...problemsOf(record, passport).map((text) => `${record.id}: ${text}`))
    }
    return judged(figures, problems)
  },
}

/** Each intervention with its defaults, beside the untouched model. */
function planOf(records: readonly InterventionRecord[]) {
  const shared = { modelId: 'actbench-tiny', provider: 'cpu', decoding: { maxNewTokens: 8 } }
  const changed = records.map(({ id, defaults }) => ({
    name: id,
    ...shared,
    interventions: [{ id, params: defaults }],
  }))
  return {
    name: 'Strength zero',
    configurations: [{ name: 'baseline', ...shared }, ...changed],
    suites: [{ id: 'starter-harmful', limit: 2 }],
  }
}

function problemsOf(record: InterventionRecord, passport: Passport): string[] {
  const { strengthParam } = record
  const rules: readonly (readonly [boolean, string])[] = [
    [passport.isVerified, 'its passport is not verified'],
    [passport.interventions[0]?.id === record.id, 'its passport is of something else'],
    [passport.interventions.every(({ sitesChanged }) => sitesChanged > 0), 'it changed no site'],
    [strengthParam === null || passport.strengthZeroHolds === true, 'strength zero changes logits'],
    [passport.relativeErrorByLayer.length > 0, 'no layer was measured'],
    [passport.relativeErrorByLayer.every((error) => error > 0), 'a layer did not change at all'],
    [passport.logitKlNats > 0, 'the predictions did not change at all'],
    [passport.probe.tokens > 0, 'the probe is empty'],
  ]
  return rules.filter(([holds]) => !holds).map(([, text]) => text)
}

function describe(passport: Passport): string {
  const sites = passport.interventions.reduce((sum, { sitesChanged }) => sum + sitesChanged, 0)
  const errors = passport.relativeErrorByLayer.map((error) => error.toPrecision(2)).join(' ')
  const zero = passport.strengthZeroMaxAbs
  return [
    `${sites} sites`,
    `max abs logit difference at strength zero ${zero === null ? 'not measured' : zero.toExponential(1)}`,
    `relative error by layer ${errors}`,
    `KL ${passport.logitKlNats.toPrecision(3)} nats on ${passport.probe.tokens} tokens`,
  ].join(', ')
}
