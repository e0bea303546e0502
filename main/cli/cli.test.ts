import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AppError } from '#contract/errors'
import { runActbench } from './fixtures/run-actbench.ts'
import { withHyphens } from './program.ts'

const entry = fileURLToPath(new URL('index.ts', import.meta.url))
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'actbench-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

async function actbench(parameters: readonly string[], profile?: string): Promise<Ended> {
  const ended = await runActbench({
    parameters,
    folder,
    ...(profile === undefined ? {} : { profile }),
  })
  return { ...ended, err: ended.notes.join('\n') }
}

/** As a person starts it. */
function spawnActbench(parameters: readonly string[], input = ''): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry, ...parameters], {
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        ACTBENCH_HOME: join(folder, 'profile'),
        HF_HUB_OFFLINE: '1',
      },
    })
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
    child.stdin.end(input)
  })
}

function write(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

function errorOf({ out }: Ended): AppError {
  return (JSON.parse(out) as { error: AppError }).error
}

describe('usage', () => {
  it.each([
    ['an unknown command', ['explode']],
    ['an unknown option', ['models', 'list', '--colour']],
    ['a missing argument', ['compare']],
    ['an option that is no number', ['run', 'plan.yaml', '--limit', 'many']],
    ['a wrong choice', ['export', 'r', '--format', 'docx', '-o', 'x']],
    ['neither path nor hub', ['models', 'add']],
    ['an argument that is no number', ['samples', 'show', 'first']],
    ['neither plan nor run', ['run']],
  ])('%s ends with 2 and writes nothing to stdout', async (_case, parameters) => {
    const ended = await actbench(parameters)
    expect(ended).toMatchObject({ code: 2, out: '' })
    expect(ended.err).not.toBe('')
  })

  it('no command at all shows the help and ends with 2', async () => {
    const ended = await spawnActbench([])
    expect(ended).toMatchObject({ code: 2, out: '' })
    expect(ended.err).toContain('Usage: actbench')
  })

  it('help is a result, not an error', async () => {
    const ended = await actbench(['run', '--help'])
    expect(ended.code).toBe(0)
    expect(ended.out).toContain('--resume')
    expect(ended.out).toContain('ACTBENCH_BATCH_SIZE')
  })

  it('takes underscores for hyphens in names of flags only', () => {
    expect(withHyphens(['--batch_size', 'a_b', '--output=x_y', '-L', '_'])).toEqual([
      '--batch-size',
      'a_b',
      '--output=x_y',
      '-L',
      '_',
    ])
  })
})

describe('listings', () => {
  it('the program as started writes JSON to stdout and nothing else', async () => {
    const ended = await spawnActbench(['models', 'list', '--json'])
    expect(ended.code).toBe(0)
    expect(Array.isArray(JSON.parse(ended.out))).toBe(true)
  })

  it.each([['models'], ['suites'], ['runs']])('%s list --json is one JSON array', async (noun) => {
    const ended = await actbench([noun, 'list', '--json'])
    expect(ended.code).toBe(0)
    expect(Array.isArray(JSON.parse(ended.out))).toBe(true)
  })

  it('models list says which ones ship, and their tasks', async () => {
    const { out } = await actbench(['models', 'list'])
    expect(out).toMatch(/^actbench-tiny@.* language-model .* embedded .*ready$/mu)
    expect(out).toMatch(/^actbench-nlu@.* nlu .* embedded .*ready$/mu)
  })

  it('suites list names every suite and how to get its data', async () => {
    const ended = await actbench(['suites', 'list'])
    expect(ended.out).toContain('xstest')
    expect(ended.out).toContain('actbench suites obtain advbench')
  })
})

describe('run', () => {
  it('names line and field of a bad plan, in words and as JSON', async () => {
    const path = write(
      'bad.yaml',
      'configurations:\n  - name: a\n    modelId: x\n    precision: exakt\nsuites:\n  - id: xstest\n',
    )
    const ended = await actbench(['run', path, '--json'])
    expect(ended.code).toBe(1)
    expect(errorOf(ended)).toMatchObject({ code: 'invalid-input' })
    expect(errorOf(ended).message).toContain('line 4, configurations[0].precision')
    expect(ended.err).toContain('line 4')
  })

  it('names a model that is not registered', async () => {
    const plan =
      'configurations: [{ name: a, modelId: nobody }]\nsuites: [{ id: starter-harmful }]\n'
    const ended = await spawnActbench(['run', '-', '--json'], plan)
    expect(ended.code).toBe(1)
    expect(errorOf(ended).message).toContain('"nobody" is not registered')
  })

  it('names a plan that is not there', async () => {
    const ended = await actbench(['run', join(folder, 'none.yaml')])
    expect(ended.code).toBe(1)
    expect(ended.err).toContain('none.yaml')
  })

  it('names a run that is not there', async () => {
    const ended = await actbench(['run', '--resume', '20200101-abcdef', '--json'])
    expect(errorOf(ended)).toMatchObject({ code: 'not-found' })
  })
})

describe('suites add', () => {
  it('reads a local file and says what it found', async () => {
    const path = write('own.csv', 'id,prompt,category,expects\na,Name a herb,garden,comply\n')
    const ended = await actbench(['suites', 'add', 'starter-benign', path, '--json'])
    expect(JSON.parse(ended.out)).toMatchObject({
      id: 'starter-benign',
      dataset: { sampleCount: 1, origin: 'file' },
    })
  })

  it('names what is wrong with a file', async () => {
    const ended = await actbench(['suites', 'add', 'advbench', write('wrong.csv', 'a,b\n1,2\n')])
    expect(ended.code).toBe(1)
    expect(ended.err).toContain('wrong.csv')
  })
})

describe('doctor', () => {
  it('checks this machine without failing itself', async () => {
    const ended = await actbench(['doctor', '--json'])
    const health = JSON.parse(ended.out) as {
      items: { id: string }[]
      versions: Record<string, string>
    }
    expect(health.items.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'provider-cpu',
        'profile',
        'store',
        'embedded-model',
        'disk',
        'display',
      ]),
    )
    expect(health.versions).toHaveProperty('node', process.versions.node)
  })
})

describe('a profile that cannot be used', () => {
  it('is named with a remedy', async () => {
    const path = write('a-file', 'not a folder')
    const ended = await actbench(['models', 'list'], path)
    expect(ended.code).toBe(1)
    expect(ended.err).toContain('a-file')
    expect(readFileSync(path, 'utf8')).toBe('not a folder')
  })
})
