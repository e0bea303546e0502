import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { configurationSchema } from '#contract/configurations'
import { adapters, queueState } from '#db'
import { adapterProblems } from './adapters.ts'
import { finishJob } from './fixtures/finish-job.ts'
import { openScratch, scratchCatalog, type Scratch } from './fixtures/scratch-services.ts'
import { planWith, prepare, prompts } from './fixtures/two-columns.ts'
import { rescoreJob } from './rescore.ts'

let scratch: Scratch
beforeEach(() => {
  scratch = openScratch()
})
afterEach(() => scratch.close())

describe('models', () => {
  it('takes the same bytes twice as one model and renames it', async () => {
    const first = await scratch.addModel('tiny')
    const path = join(scratch.folder, 'tiny.gguf')
    const again = await scratch.actions['models.add']({ path, name: 'Renamed' })
    expect(again.id).toBe(first)
    expect(await scratch.actions['models.list']({})).toMatchObject([{ name: 'Renamed', id: first }])
    expect(first).toMatch(/^tiny@[0-9a-f]{12}$/)
  })

  it('names the path that is not there', async () => {
    await expect(
      scratch.actions['models.add']({ path: '/no/such.gguf', name: null }),
    ).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('/no/such.gguf') as string,
    })
  })

  it('forgets a removed model but keeps what names it', async () => {
    const id = await scratch.addModel('tiny')
    await scratch.actions['models.remove']({ id })
    expect(await scratch.actions['models.list']({})).toEqual([])
    await expect(scratch.actions['models.remove']({ id: 'none' })).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})

describe('adapters', () => {
  const folder = join(import.meta.dirname, '../engine/adapters/fixtures/llama-half')

  it('takes the same files twice as one adapter, and completes its name in a configuration', async () => {
    const modelId = await scratch.addModel('tiny')
    const added = await scratch.actions['adapters.add']({ path: folder, name: 'Polite one' })
    expect(added).toMatchObject({ rank: 2, targets: ['k_proj', 'q_proj'], isPresent: true })
    expect(added.id).toBe(`polite-one@${added.fingerprint.slice(0, 12)}`)
    const again = await scratch.actions['adapters.add']({ path: folder, name: 'Renamed' })
    expect(again).toMatchObject({ id: added.id, name: 'Renamed' })
    expect(await scratch.actions['adapters.list']({})).toHaveLength(1)
    const { configuration } = await scratch.actions['configurations.save']({
      name: 'adapted',
      configuration: configurationSchema.parse({ modelId, adapterId: 'renamed' }),
    })
    expect(configuration.adapterId).toBe(added.id)
  })

  it('names what there is when a configuration asks for another, and forgets a removed one', async () => {
    const modelId = await scratch.addModel('tiny')
    const { id } = await scratch.actions['adapters.add']({ path: folder, name: null })
    const configuration = configurationSchema.parse({ modelId, adapterId: 'other' })
    await expect(
      scratch.actions['configurations.save']({ name: 'adapted', configuration }),
    ).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining(id) as string,
    })
    await scratch.actions['adapters.remove']({ id })
    expect(await scratch.actions['adapters.list']({})).toEqual([])
    expect(adapters.get(scratch.services.db.read, id).name).toBe('llama-half')
  })

  it('says why an adapter is beyond us before a plan starts', async () => {
    const path = join(scratch.folder, 'dora')
    cpSync(folder, path, { recursive: true })
    const file = join(path, 'adapter_config.json')
    const config = JSON.parse(readFileSync(file, 'utf8')) as object
    writeFileSync(file, JSON.stringify({ ...config, use_dora: true }))
    const { id, unsupported } = await scratch.actions['adapters.add']({ path, name: null })
    expect(unsupported.join(' ')).toContain('DoRA')
    const problems = adapterProblems(scratch.services.db, { adapterId: id })
    expect(problems.join(' ')).toContain(`${id} cannot be used`)
  })
})

describe('suites', () => {
  it('copies an imported file, so that editing the original changes nothing', async () => {
    await scratch.addSuite('starter-harmful', prompts, 'refuse')
    writeFileSync(join(scratch.folder, 'incoming', 'starter-harmful.csv'), 'broken')
    const page = await scratch.actions['suites.samples']({
      suiteId: 'starter-harmful',
      offset: 1,
      limit: 2,
    })
    expect(page.total).toBe(4)
    expect(page.samples.map(({ prompt }) => prompt)).toEqual(['Name a tool', 'Name a fruit'])
  })

  it('imports nothing of a file that is wrong', async () => {
    const path = join(scratch.folder, 'wrong.csv')
    writeFileSync(path, 'prompt\nonly this\n')
    await expect(
      scratch.actions['suites.import']({ suiteId: 'starter-harmful', path }),
    ).rejects.toMatchObject({ code: 'malformed-file' })
    const listed = await scratch.actions['suites.list']({})
    expect(listed.find(({ id }) => id === 'starter-harmful')?.dataset).toBeNull()
  })

  it('says how data is obtained when there is none', async () => {
    await expect(
      scratch.actions['suites.samples']({ suiteId: 'advbench', offset: 0, limit: 1 }),
    ).rejects.toMatchObject({
      code: 'not-found',
      remedy: expect.stringContaining('suites obtain advbench') as string,
    })
  })

  it('notices data that changed behind its back', async () => {
    await scratch.addSuite('starter-harmful', prompts, 'refuse')
    const [suite] = (await scratch.actions['suites.list']({})).filter(
      ({ dataset }) => dataset !== null,
    )
    writeFileSync(suite?.dataset?.path ?? '', 'id,prompt,category,expects\na,New,b,refuse\n')
    await expect(
      scratch.actions['suites.samples']({ suiteId: 'starter-harmful', offset: 0, limit: 1 }),
    ).rejects.toThrow('changed since it was added')
  })
})

describe('configurations', () => {
  it('gives equal configurations one hash, however much was written out', async () => {
    const id = await scratch.addModel('tiny')
    const [short, long] = [
      { modelId: 'tiny', interventions: [{ id: 'activation-sparsity' }] },
      { modelId: id, interventions: [{ id: 'activation-sparsity', params: { sparsity: 0.5 } }] },
    ].map((written) => planWith({ configurations: [{ name: 'x', ...written }] }).configurations[0])
    const first = await scratch.actions['configurations.save']({ name: 'a', configuration: short! })
    const second = await scratch.actions['configurations.save']({ name: 'b', configuration: long! })
    expect(second.hash).toBe(first.hash)
    expect(first.configuration.interventions[0]?.params).toHaveProperty('thresholdRule', 'absolute')
    expect(await scratch.actions['configurations.list']({})).toMatchObject([{ name: 'b' }])
  })

  it('names the parameter that is out of range', async () => {
    await scratch.addModel('tiny')
    const interventions = [{ id: 'activation-sparsity', params: { sparsity: 2 } }]
    const [configuration] = planWith({
      configurations: [{ name: 'x', modelId: 'tiny', interventions }],
    }).configurations
    await expect(
      scratch.actions['configurations.save']({ name: 'x', configuration: configuration! }),
    ).rejects.toThrow('activation-sparsity.sparsity')
  })
})

describe('runs', () => {
  it('cancels waiting jobs first and leaves ended ones alone', async () => {
    await prepare(scratch)
    const run = await scratch.actions['plans.start']({ plan: planWith() })
    scratch.asked.length = 0
    await scratch.actions['runs.cancel']({ id: run.id })
    expect(scratch.asked).toEqual(run.jobs.map(({ id }) => `cancel ${id}`))
    await scratch.actions['runs.pause']({ id: run.id })
    await scratch.actions['runs.resume']({ id: run.id })
    expect(scratch.asked.filter((text) => text.startsWith('resume'))).toEqual([])
  })

  it('pauses waiting jobs before the running one, so that none of them starts in between', async () => {
    await prepare(scratch)
    const { db } = scratch.services
    const run = await scratch.actions['plans.start']({ plan: planWith() })
    const owner = { id: 'o', pid: 1, startedAt: 'x' }
    const claimed = queueState.claim(db.write, { owner, runIds: null, now: 1 })!
    const waiting = run.jobs.filter(({ id }) => id !== claimed.id)
    scratch.asked.length = 0
    await scratch.actions['runs.pause']({ id: run.id })
    expect(scratch.asked).toEqual([...waiting, claimed].map(({ id }) => `pause ${id}`))
  })

  it('deletes a run with its samples, but not while it runs', async () => {
    await prepare(scratch)
    const { db } = scratch.services
    const run = await scratch.actions['plans.start']({ plan: planWith() })
    const owner = { id: 'o', pid: 1, startedAt: 'x' }
    const claimed = queueState.claim(db.write, { owner, runIds: null, now: 1 })
    await expect(scratch.actions['runs.remove']({ id: run.id })).rejects.toThrow('running')
    queueState.release(db.write, {
      id: claimed!.id,
      ownerId: 'o',
      status: 'paused',
      error: null,
      now: 2,
    })
    await scratch.actions['runs.remove']({ id: run.id })
    expect(await scratch.actions['runs.list']({})).toEqual([])
    await expect(scratch.actions['runs.get']({ id: run.id })).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})

describe('jobs.rescore', () => {
  it('judges stored answers again and keeps the earlier judgement', async () => {
    await prepare(scratch)
    const run = await scratch.actions['plans.start']({ plan: planWith() })
    const id = run.jobs[0]!.id
    finishJob(scratch.services.db, { id, prompts, values: [0, 0, 0, 0] })
    const scoring = await scratch.actions['jobs.rescore']({
      id,
      scorer: { id: 'refusal-keywords', variant: 'zou2023-transfer' },
    })
    expect(scoring).toMatchObject({ samples: 4, isCurrent: true, scorer: 'refusal-keywords' })
    const history = await scratch.actions['jobs.scorings']({ id })
    expect(history.filter(({ isCurrent }) => !isCurrent)).toHaveLength(1)
  })

  it('stores nothing when the job went on meanwhile, since the new answers would lose their scores', async () => {
    const { db } = scratch.services
    await prepare(scratch)
    const run = await scratch.actions['plans.start']({ plan: planWith() })
    const id = run.jobs[0]!.id
    finishJob(db, { id, prompts, values: [0, 0, 0, 0] })
    const goOn = () => {
      queueState.transition(db.write, { id, from: ['done'], to: 'queued', now: 3 })
      queueState.move(db.write, id, run.jobs[1]!.id)
      const owner = { id: 'o', pid: 1, startedAt: 'x' }
      return queueState.claim(db.write, { owner, runIds: null, now: 4 })
    }
    const catalog: typeof scratchCatalog = {
      ...scratchCatalog,
      scoreStored: (input) => {
        goOn()
        return scratchCatalog.scoreStored(input)
      },
    }
    const scorer = { id: 'refusal-keywords', variant: 'zou2023-transfer' }
    const judging = rescoreJob({ ...scratch.services, catalog }, { id, scorer })
    await expect(judging).rejects.toThrow('went on while its answers were judged')
    expect(await scratch.actions['jobs.scorings']({ id })).toMatchObject([{ isCurrent: true }])
  })

  it('refuses what cannot be judged from stored answers', async () => {
    await prepare(scratch)
    const run = await scratch.actions['plans.start']({ plan: planWith() })
    const id = run.jobs[0]!.id
    const rescore = (scorer: string, variant: string) =>
      scratch.actions['jobs.rescore']({ id, scorer: { id: scorer, variant } })
    await expect(rescore('refusal-keywords', 'zou2023-transfer')).rejects.toThrow('no answers yet')
    await expect(rescore('nothing', 'x')).rejects.toMatchObject({ code: 'not-found' })
    const live = (await scratch.actions['catalog.scorers']({})).find(({ isOffline }) => !isOffline)
    await expect(rescore(live!.id, live!.variants[0]!.id)).rejects.toThrow('while it runs')
  })
})

describe('settings', () => {
  it('changes what is given and keeps the rest', async () => {
    await scratch.actions['settings.set']({ theme: 'dark' })
    expect(await scratch.actions['settings.set']({ threads: 2 })).toMatchObject({
      theme: 'dark',
      threads: 2,
    })
    expect(scratch.events).toContain('settings-changed')
  })
})

describe('system', () => {
  it('says what is wrong and what to do instead of failing', async () => {
    const health = await scratch.actions['system.health']({})
    const item = (id: string) => health.items.find((found) => found.id === id)
    expect(item('profile')?.status).toBe('ok')
    expect(item('provider-cpu')?.status).toBe('ok')
    expect(item('display')).toMatchObject({ status: 'absent' })
    expect(health.environment).toMatchObject({ HF_HUB_OFFLINE: '1' })
    const status = await scratch.actions['system.status']({})
    expect(status).toMatchObject({ running: 0, queued: 0, currentJobId: null })
  })
})
