import { cpSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { registerEmbedded } from './embedded.ts'
import { openScratch, type Scratch } from './fixtures/scratch-services.ts'
import { demoModel, locateResources } from './resources.ts'

let scratch: Scratch
beforeEach(() => {
  scratch = openScratch()
  install(scratch.services.resources.folder)
})
afterEach(() => scratch.close())

/** Files like those that ship, older than any registration. */
function install(folder: string): void {
  const content: Record<string, string> = {
    '.csv': 'id,prompt,category,expects\na,Name a herb,garden,comply\n',
    '.jsonl':
      '{"id":"1","locale":"en-US","partition":"test","scenario":"general","intent":"general_joke","utt":"a joke","annot_utt":"a joke"}\n',
  }
  for (const { resource } of scratch.services.catalog.embeddedSuites()) {
    const path = join(folder, ...resource.split('/'))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content[extname(path)] ?? 'Some text about herbs and trees.\n')
    utimesSync(path, 1, 1)
  }
  for (const { path } of locateResources(folder).embeddedModels) {
    const isFile = extname(path) === '.gguf'
    mkdirSync(isFile ? dirname(path) : path, { recursive: true })
    const file = isFile ? path : join(path, 'model.safetensors')
    writeFileSync(file, `stands for ${path}`)
    utimesSync(file, 1, 1)
  }
}

const restoring = { restored: [demoModel] }
const respecting = { restored: [] }

describe('registerEmbedded', () => {
  it('makes models and suites of an empty profile, once', async () => {
    await registerEmbedded(scratch.services, respecting)
    expect(await scratch.actions['models.list']({})).toMatchObject([
      { name: 'actbench-tiny', source: { kind: 'embedded' } },
      { name: 'actbench-nlu', source: { kind: 'embedded' } },
    ])
    const suites = await scratch.actions['suites.list']({})
    expect(
      suites.filter(({ dataset }) => dataset?.origin === 'embedded').map(({ id }) => id),
    ).toEqual(expect.arrayContaining(['starter-harmful', 'starter-benign', 'starter-contrast']))
    scratch.events.length = 0
    await registerEmbedded(scratch.services, respecting)
    expect(scratch.events).toEqual([])
  })

  it('follows an installation that moved', async () => {
    await registerEmbedded(scratch.services, respecting)
    const moved = join(scratch.folder, 'moved')
    cpSync(scratch.services.resources.folder, moved, { recursive: true })
    const services = { ...scratch.services, resources: locateResources(moved) }
    await registerEmbedded(services, respecting)
    const suite = (await scratch.actions['suites.list']({})).find(
      ({ id }) => id === 'starter-benign',
    )
    expect(suite?.dataset?.path.startsWith(moved)).toBe(true)
  })

  it('takes the weights of an update in place of the earlier ones', async () => {
    await registerEmbedded(scratch.services, respecting)
    const [before, other] = await scratch.actions['models.list']({})
    writeFileSync(join(before!.path, 'model.safetensors'), 'new')
    const { catalog } = scratch.services
    const updated = {
      ...scratch.services,
      catalog: { ...catalog, fingerprintCheckpoint: () => Promise.resolve('f'.repeat(64)) },
    }
    await registerEmbedded(updated, respecting)
    const listed = await scratch.actions['models.list']({})
    expect(listed.map(({ name, fingerprint }) => [name, fingerprint])).toEqual([
      ['actbench-tiny', 'f'.repeat(64)],
      ['actbench-nlu', other!.fingerprint],
    ])
    expect(listed[0]?.id).not.toBe(before?.id)
  })

  it('leaves alone what a person chose', async () => {
    await registerEmbedded(scratch.services, respecting)
    await scratch.addSuite('starter-benign', ['Name a bird', 'Name a fish'], 'comply')
    await removeAllModels()
    await registerEmbedded(scratch.services, respecting)
    expect(await scratch.actions['models.list']({})).toEqual([])
    const suite = (await scratch.actions['suites.list']({})).find(
      ({ id }) => id === 'starter-benign',
    )
    expect(suite?.dataset).toMatchObject({ origin: 'file', sampleCount: 2 })
  })

  it('brings a removed model back where the demo needs it', async () => {
    await registerEmbedded(scratch.services, respecting)
    await removeAllModels()
    await registerEmbedded(scratch.services, restoring)
    expect(await scratch.actions['models.list']({})).toMatchObject([{ name: 'actbench-tiny' }])
  })
})

async function removeAllModels(): Promise<void> {
  for (const { id } of await scratch.actions['models.list']({})) {
    await scratch.actions['models.remove']({ id })
  }
}

describe('plans.demo', () => {
  it('starts the plan that ships', async () => {
    const plan = join(import.meta.dirname, '..', '..', 'resources', 'plans', 'demo.yaml')
    mkdirSync(dirname(scratch.services.resources.demoPlan), { recursive: true })
    cpSync(plan, scratch.services.resources.demoPlan)
    const run = await scratch.actions['plans.demo']({})
    expect(run.plan.configurations.length).toBeGreaterThanOrEqual(3)
    expect(run.jobs.length).toBe(run.plan.configurations.length * run.plan.suites.length)
  })

  it('says so when the installation is incomplete', async () => {
    await expect(scratch.actions['plans.demo']({})).rejects.toMatchObject({
      code: 'internal',
      remedy: expect.stringContaining('install Actbench again') as string,
    })
  })
})
