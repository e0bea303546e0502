import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { configurationSchema, type Passport } from '#contract/configurations'
import { environment, makeConfiguration, makeModel, now, seedRun } from '../fixtures/seed.ts'
import {
  artifacts,
  configurations,
  datasets,
  jobs,
  logs,
  models,
  openDatabase,
  passports,
  runs,
  settings,
  type Database,
} from '../index.ts'

let database: Database
beforeEach(() => {
  database = openDatabase({ path: ':memory:' })
})
afterEach(() => {
  database.close()
})

describe('models', () => {
  it('updates a model of the same fingerprint instead of adding one', () => {
    models.save(database.write, makeModel())
    const moved = models.save(
      database.write,
      makeModel({ id: 'other@aaaaaaaaaaaa', name: 'Moved', path: '/elsewhere' }),
    )
    expect(moved).toMatchObject({ id: 'tiny@aaaaaaaaaaaa', name: 'Moved', path: '/elsewhere' })
    expect(models.list(database.read)).toHaveLength(1)
  })

  it('hides a removed model and still names it for old results', () => {
    models.save(database.write, makeModel())
    models.remove(database.write, { id: 'tiny@aaaaaaaaaaaa', now })
    expect(models.list(database.read)).toEqual([])
    expect(models.get(database.read, 'tiny@aaaaaaaaaaaa').name).toBe('Tiny')
    expect(() => models.remove(database.write, { id: 'tiny@aaaaaaaaaaaa', now })).toThrow(
      /no model/,
    )
    models.save(database.write, makeModel())
    expect(models.list(database.read)).toHaveLength(1)
  })

  it('says whether the files are still there', () => {
    expect(models.save(database.write, makeModel()).isPresent).toBe(false)
    expect(models.save(database.write, makeModel({ path: import.meta.filename })).isPresent).toBe(
      true,
    )
  })
})

describe('datasets', () => {
  const dataset = {
    suiteId: 's',
    path: '/a.csv',
    dataHash: '1',
    sampleCount: 3,
    addedAt: now,
    origin: 'file' as const,
  }

  it('keeps earlier files of a suite for the jobs that used them', () => {
    datasets.save(database.write, dataset)
    datasets.save(database.write, { ...dataset, dataHash: '2', path: '/b.csv' })
    expect(datasets.findCurrent(database.read, 's')?.path).toBe('/b.csv')
    expect(datasets.find(database.read, { suiteId: 's', dataHash: '1' })?.path).toBe('/a.csv')
    datasets.save(database.write, dataset)
    expect(datasets.listCurrent(database.read)).toEqual([dataset])
  })
})

describe('configurations', () => {
  it('gives equal configurations one row, whatever their names', () => {
    const first = configurations.save(database.write, {
      name: 'One',
      configuration: makeConfiguration(3),
      now,
    })
    const hash = configurations.ensure(database.write, {
      name: 'Two',
      configuration: makeConfiguration(3),
      now,
    })
    expect(hash).toBe(first.hash)
    expect(configurations.get(database.read, hash)).toMatchObject({ name: 'One', isSaved: true })
    configurations.remove(database.write, hash)
    expect(configurations.listSaved(database.read)).toEqual([])
    expect(configurations.get(database.read, hash).configuration).toEqual(makeConfiguration(3))
  })
})

describe('hashConfiguration', () => {
  it('is what released stores have, also after a field was added', () => {
    const params = {
      sparsity: 0.5,
      thresholdRule: 'absolute',
      prefill: 'all',
      inputs: ['qkv', 'o', 'gate-up', 'down'],
      fromLayer: 0,
      toLayer: null,
      exceptLayers: [],
      strengthByLayer: {},
    }
    const configuration = configurationSchema.parse({
      modelId: 'model-1',
      interventions: [{ id: 'activation-sparsity', params }],
    })
    expect(configurations.hashConfiguration(configuration)).toBe(
      '15c76095443cd574ac398388887e1790c6f690bb7d2e8254a7277e1513b3812b',
    )
  })
})

describe('artifacts', () => {
  it('gives the newest of a model, as many as fit', () => {
    for (const [index, key] of ['a', 'b', 'c'].entries()) {
      artifacts.save(database.write, {
        artifact: { key, hash: key, payload: [1, 2, index] },
        modelId: 'm',
        now: now + index,
      })
    }
    const all = artifacts.forModel(database.read, { modelId: 'm', limitBytes: 1_000 })
    expect(all.map(({ key }) => key)).toEqual(['c', 'b', 'a'])
    expect(all[0]?.payload).toEqual([1, 2, 2])
    expect(artifacts.forModel(database.read, { modelId: 'm', limitBytes: 14 })).toHaveLength(2)
    expect(artifacts.forModel(database.read, { modelId: 'x', limitBytes: 1_000 })).toEqual([])
  })
})

describe('passports', () => {
  const passport: Passport = {
    recipeHash: 'r',
    recipe: {},
    isVerified: true,
    interventions: [],
    relativeErrorByLayer: [0.1],
    logitKlNats: 0.01,
    top1Agreement: 0.99,
    strengthZeroMaxAbs: null,
    strengthZeroHolds: null,
    probe: { textHash: 't', tokens: 96 },
    calibration: [],
    issuedAt: now,
  }

  it('belongs to the jobs that carry it, and the newest of a recipe stands', () => {
    seedRun(database.write, { jobIds: ['a'] })
    const { configurationHash } = jobs.get(database.read, 'a')
    expect(passports.forConfiguration(database.read, configurationHash)).toBeNull()
    passports.save(database.write, passport)
    jobs.setFacts(database.write, 'a', { passportHash: 'r' })
    expect(jobs.get(database.read, 'a').isVerified).toBe(true)
    passports.save(database.write, { ...passport, isVerified: false, issuedAt: now + 1 })
    expect(jobs.get(database.read, 'a').isVerified).toBe(false)
    expect(passports.forJob(database.read, 'a')?.issuedAt).toBe(now + 1)
    expect(passports.forConfiguration(database.read, configurationHash)?.recipeHash).toBe('r')
    runs.remove(database.write, { id: 'run-1', now })
    expect(passports.forConfiguration(database.read, configurationHash)).toBeNull()
  })
})

describe('environment of a job', () => {
  it('keeps the highest peak of memory over all attempts', () => {
    seedRun(database.write, { jobIds: ['a'] })
    const peak = () => jobs.get(database.read, 'a').environment?.peakMemoryBytes
    jobs.setFacts(database.write, 'a', { peakMemoryBytes: 3 })
    expect(jobs.get(database.read, 'a').environment).toBeNull()
    jobs.setFacts(database.write, 'a', { environment })
    expect(peak()).toBeNull()
    jobs.setFacts(database.write, 'a', { peakMemoryBytes: 772_706_304 })
    jobs.setFacts(database.write, 'a', { environment: { ...environment, batchSize: 1 } })
    expect(peak()).toBe(772_706_304)
    jobs.setFacts(database.write, 'a', { peakMemoryBytes: 5, stage: 'running' })
    expect(jobs.get(database.read, 'a').environment).toEqual({
      ...environment,
      batchSize: 1,
      peakMemoryBytes: 772_706_304,
    })
  })
})

describe('logs', () => {
  it('keeps the newest lines and cuts endless ones', () => {
    seedRun(database.write, { jobIds: ['a', 'b'] })
    const line = (index: number) => ({ at: index, level: 'info' as const, message: `${index}` })
    logs.add(database.write, { jobId: 'b', lines: [line(0)] })
    logs.add(database.write, {
      jobId: 'a',
      lines: Array.from({ length: 5_010 }, (_, i) => line(i)),
    })
    logs.add(database.write, { jobId: 'a', lines: [{ ...line(1), message: 'x'.repeat(10_000) }] })
    const all = logs.list(database.read, { jobId: 'a', limit: 10_000 })
    expect(all).toHaveLength(5_000)
    expect(all.at(0)?.message).toBe('11')
    expect(all.at(-1)?.message).toHaveLength(4_000)
    expect(logs.list(database.read, { jobId: 'b', limit: 10 })).toHaveLength(1)
  })
})

describe('settings', () => {
  it('fills what was never set with defaults', () => {
    expect(settings.getAll(database.read)).toMatchObject({ theme: 'system', lastAddress: '/' })
    settings.set(database.write, { theme: 'dark', threads: 4 })
    expect(settings.getAll(database.read)).toMatchObject({ theme: 'dark', threads: 4 })
  })

  it('ignores a stored value that this build does not know', () => {
    settings.set(database.write, { theme: 'sepia' as 'dark', threads: 2 })
    expect(settings.getAll(database.read)).toMatchObject({ theme: 'system', threads: 2 })
  })

  it('keeps the state of the queue apart', () => {
    settings.setQueuePaused(database.write, true)
    expect(settings.isQueuePaused(database.read)).toBe(true)
    expect(settings.getAll(database.read)).not.toHaveProperty('isPaused')
  })
})
