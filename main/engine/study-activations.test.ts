import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { activationSpaceResultSchema, type ActivationSpaceResult } from '#contract/comparisons'
import { jobSpecSchema, type JobEvent, type JobSpec } from '#contract/jobs'
import { fingerprintAdapter, inspectAdapter } from './adapters/index.ts'
import { f32Entry, writeSafetensors } from './checkpoint/fixtures/write-safetensors.ts'
import { collect, tinyJob } from './fixtures/tiny-job.ts'
import { scratchFolder } from './runtime/fixtures/open-tiny.ts'
import { studyActivations } from './study-activations.ts'
import { readSuite } from './suites/index.ts'
import { createWorkbench, type Workbench } from './workbench.ts'

const cacheDir = scratchFolder()
afterAll(() => rmSync(cacheDir, { recursive: true, force: true }))

const sparsity = (value: number) => [{ id: 'activation-sparsity', params: { sparsity: value } }]

/** 6 harmful against 6 harmless prompts of the starter suites. */
async function studyJob(
  jobId: string,
  options: { interventions?: JobSpec['configuration']['interventions']; harmless?: string } = {},
): Promise<JobSpec> {
  const { interventions = [], harmless = 'starter-benign' } = options
  const spec = await tinyJob({ jobId, cacheDir, interventions })
  const file = harmless.replace('starter-', '')
  const path = fileURLToPath(new URL(`../../resources/suites/starter/${file}.csv`, import.meta.url))
  const { dataHash, samples } = await readSuite({ suiteId: harmless, path })
  const harmlessDataset = {
    ...{ suiteId: harmless, path, dataHash },
    ...{ sampleCount: samples.length, addedAt: 0, origin: 'embedded' },
  }
  const task = { kind: 'activation-space', harmful: 'starter-harmful', harmless, limit: 6 }
  // Thresholds need not be good ones here, and a short text fits them sooner.
  const calibrationTextPath = join(cacheDir, 'calibration.txt')
  writeFileSync(
    calibrationTextPath,
    'The harbour was quiet, and the last ship had no name. '.repeat(8),
  )
  return jobSpecSchema.parse({ ...spec, calibrationTextPath, task: { ...task, harmlessDataset } })
}

async function run(
  spec: JobSpec,
  options: { bench?: Workbench; signal?: AbortSignal } = {},
): Promise<{ events: JobEvent[]; sessions: number }> {
  const { bench, signal = new AbortController().signal } = options
  let sessions = 0
  const log = (_: string, message: string) => {
    if (/session ready/.test(message)) sessions++
  }
  const surroundings = { signal, log, now: Date.now, ...(bench === undefined ? {} : { bench }) }
  const events = await collect(studyActivations(spec, surroundings))
  return { events, sessions }
}

function resultIn(events: readonly JobEvent[]): ActivationSpaceResult {
  const found = events.filter((event) => event.type === 'analysis-finished')
  expect(found, 'one result').toHaveLength(1)
  return activationSpaceResultSchema.parse(found[0].payload)
}

describe('a study of activations', { timeout: 60_000 }, () => {
  it('tells what happens, verifies the configuration and gives one result at the end', async () => {
    const { events } = await run(await studyJob('a', { interventions: sparsity(0.8) }))
    expect(events[0]).toMatchObject({ type: 'job-started', total: 24, remaining: 24 })
    expect(events.find(({ type }) => type === 'passport-issued')).toBeDefined()
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['analysis-finished', 'job-ended'])
    const result = resultIn(events)
    expect(result.samples).toEqual({ harmful: 6, harmless: 6 })
    expect(result.layers.map(({ layer }) => layer)).toEqual([0, 1, 2, 3, 4, 5])
    for (const { points, explained, separation } of result.layers) {
      expect(points.harmfulAfter).toHaveLength(6)
      expect(points.harmlessAfter).toHaveLength(6)
      expect(points.harmfulAfter).not.toEqual(points.harmful)
      expect(explained[0]).toBeGreaterThanOrEqual(explained[1])
      expect(separation.before).toBeGreaterThan(0)
      const [x] = points.harmful.reduce(([sum], [value]) => [sum + value, 0], [0, 0])
      expect(x, 'harmful prompts lie to the right').toBeGreaterThanOrEqual(0)
    }
  })

  it('sees nothing move where the strength is zero', async () => {
    const { events } = await run(await studyJob('b', { interventions: sparsity(0) }))
    for (const { separation, silhouette, cohesion, points } of resultIn(events).layers) {
      for (const { before, after } of [separation, silhouette, cohesion]) {
        expect(after).toBeCloseTo(before, 2)
      }
      const largest = Math.max(...points.harmful.flat().map(Math.abs))
      points.harmfulAfter.forEach((place, i) =>
        place.forEach((value, axis) => {
          expect(Math.abs(value - points.harmful[i][axis])).toBeLessThan(1e-3 * largest)
        }),
      )
    }
  })

  it('reads the exact model once for the configurations of one process', async () => {
    const bench = createWorkbench()
    const heardByEarlier: string[] = []
    bench.listen((_, message) => heardByEarlier.push(message))
    const first = await run(await studyJob('c', { interventions: sparsity(0.5) }), { bench })
    const second = await run(await studyJob('d', { interventions: sparsity(0.9) }), { bench })
    expect(heardByEarlier, 'log lines of another job').toEqual([])
    expect(second.sessions).toBeLessThan(first.sessions)
    const before = (events: readonly JobEvent[]) =>
      resultIn(events).layers.map(({ separation, points }) => [separation.before, points.harmful])
    expect(before(second.events)).toEqual(before(first.events))
    const cold = await run(await studyJob('e', { interventions: sparsity(0.9) }))
    expect(resultIn(second.events)).toEqual(resultIn(cold.events))
    await bench.close()
  })

  it('compares an adapter alone with the model without it', async () => {
    const path = join(cacheDir, 'adapter')
    mkdirSync(path)
    const settings = { peft_type: 'LORA', r: 1, lora_alpha: 1, bias: 'none' }
    writeFileSync(join(path, 'adapter_config.json'), JSON.stringify(settings))
    const spec = await studyJob('f')
    const { dModel, dMlp } = spec.model
    const wave = (size: number) => Array.from({ length: size }, (_, i) => Math.sin(i))
    const name = 'base_model.model.model.layers.2.mlp.down_proj'
    writeSafetensors(join(path, 'adapter_model.safetensors'), {
      [`${name}.lora_A.weight`]: f32Entry([1, dMlp!], wave(dMlp!)),
      [`${name}.lora_B.weight`]: f32Entry([dModel!, 1], wave(dModel!)),
    })
    const fingerprint = await fingerprintAdapter(path)
    const adapter = { ...inspectAdapter(path), id: `wave@${fingerprint.slice(0, 12)}`, fingerprint }
    const configuration = { ...spec.configuration, adapterId: adapter.id }
    const adapted = { ...spec, configuration, adapter: { ...adapter, addedAt: 0, isPresent: true } }
    const { events } = await run(jobSpecSchema.parse(adapted))
    const { layers } = resultIn(events)
    const hasMoved = layers.map(({ points }) =>
      points.harmful.some(([x], i) => Math.abs(x - points.harmfulAfter[i][0]) > 0.01),
    )
    expect(hasMoved, 'from the adapted layer on').toEqual([false, false, true, true, true, true])
  })

  it('fails before the model is read when a side has no prompts', async () => {
    const spec = await studyJob('g', { harmless: 'starter-harmful' })
    await expect(run(spec)).rejects.toThrow(/starter-harmful: expected at least 2 .*answered/)
  })

  it('ends as cancelled when it is asked to stop', async () => {
    const controller = new AbortController()
    controller.abort()
    const { events } = await run(await studyJob('h'), { signal: controller.signal })
    expect(events.at(-1)).toMatchObject({ type: 'job-ended', status: 'cancelled', error: null })
    expect(events.some(({ type }) => type === 'analysis-finished')).toBe(false)
  })
})
