/**
 * Measures engines one after another, several rounds, each in a process of its own on the same cores, and prints
 * medians. Goals are judged against node-llama-cpp of the same rounds, since absolute speed is the machine's.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, homedir, loadavg } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import type { ChildArguments, Measurement } from './workloads.ts'
import { workloads } from './workloads.ts'

const peerVersion = '3.22.1'
/** Fast is to be at least this many times node-llama-cpp in decoding, and everything in prefill. */
const goalRatio = 2

interface Engine {
  readonly name: string
  readonly script: string
  readonly argument: string
}

const ours: readonly Engine[] = [
  { name: 'Actbench fast', script: 'run-actbench.ts', argument: 'fast' },
  { name: 'Actbench exact', script: 'run-actbench.ts', argument: 'exact' },
]
const peer: Engine = {
  name: `node-llama-cpp ${peerVersion}`,
  script: 'run-peer.ts',
  argument: 'peer',
}

const write = (line: string): void => void process.stdout.write(`${line}\n`)

const usage = `npm run bench -- [--model FILE.gguf] [--threads N] [--rounds N] [--no-peer] [--json FILE]
The model defaults to SmolLM2-135M-Instruct.Q4_1.gguf in $ACTBENCH_MODELS (or ~/.cache/actbench/models).
node-llama-cpp ${peerVersion} is installed into ~/.cache/actbench/bench on first use.`

/** Exit code: 0 when all goals hold (or nothing to compare with was there), 1 when not, 2 for wrong use. */
export function main(parameters: readonly string[]): number {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      model: { type: 'string' },
      threads: { type: 'string', default: String(availableParallelism()) },
      rounds: { type: 'string', default: '3' },
      'no-peer': { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const home = join(homedir(), '.cache/actbench')
  const models = process.env['ACTBENCH_MODELS'] ?? join(home, 'models')
  const modelPath = values.model ?? join(models, 'SmolLM2-135M-Instruct.Q4_1.gguf')
  if (values.help || !existsSync(modelPath)) {
    write(values.help ? usage : `${modelPath} is not there.\n${usage}`)
    return values.help ? 0 : 2
  }
  const cacheDir = join(home, 'bench/weights')
  const peerFolder = join(home, `bench/node-llama-cpp-${peerVersion}`)
  const child = { modelPath, threads: Number(values.threads), cacheDir, peerFolder }
  const missing = values['no-peer'] ? 'left out by --no-peer' : installPeer(peerFolder)
  const engines = missing === null ? [...ours, peer] : ours
  if (missing !== null) write(`Skipped ${peer.name}: ${missing}`)
  const results = measureAll(engines, child, Number(values.rounds))
  const holds = report(results, { engines, child })
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`)
  return holds ? 0 : 1
}

/** Null when node-llama-cpp is there or could be installed; else why not. */
function installPeer(folder: string): string | null {
  if (existsSync(join(folder, 'node_modules/node-llama-cpp/package.json'))) return null
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const parameters = ['install', '--no-audit', '--no-fund', `node-llama-cpp@${peerVersion}`]
  const shell = process.platform === 'win32'
  const { status, stderr } = spawnSync('npm', parameters, { cwd: folder, shell, encoding: 'utf8' })
  return status === 0 ? null : `it could not be installed: ${(stderr ?? '').trim().slice(0, 300)}`
}

/** engine name -> workload name -> one rate for each round. */
type Results = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>

function measureAll(engines: readonly Engine[], child: ChildArguments, rounds: number): Results {
  const results: Record<string, Record<string, number[]>> = {}
  for (let round = 0; round < rounds; round++) {
    for (const engine of engines) {
      const byWorkload = (results[engine.name] ??= {})
      for (const { workload, tokensPerSecond } of measureOnce(engine, child)) {
        ;(byWorkload[workload] ??= []).push(tokensPerSecond)
      }
    }
    write(`round ${round + 1} of ${rounds} done, load ${loadavg()[0].toFixed(1)}`)
  }
  return results
}

function measureOnce(engine: Engine, child: ChildArguments): readonly Measurement[] {
  const script = join(import.meta.dirname, engine.script)
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [script, engine.argument, JSON.stringify(child)],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`${engine.name} failed:\n${stderr}`)
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Measurement)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Prints the table and the goals; returns whether the goals hold. */
function report(
  results: Results,
  { engines, child }: { engines: readonly Engine[]; child: ChildArguments },
): boolean {
  write(
    `\n${child.modelPath}\n${cpus()[0]?.model ?? 'unknown processor'}, ${child.threads} threads`,
  )
  write(`tokens/s, median (lowest to highest)\n`)
  const width = Math.max(...workloads.map(({ name }) => name.length)) + 2
  write(' '.repeat(width) + engines.map(({ name }) => name.padEnd(26)).join(''))
  let holds = true
  for (const workload of workloads) {
    const rates = engines.map(({ name }) => results[name]?.[workload.name] ?? [])
    const cells = rates.map((values) => {
      const range = `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}`
      return `${median(values).toFixed(0)} (${range})`.padEnd(26)
    })
    write(workload.name.padEnd(width) + cells.join(''))
    if (!engines.includes(peer)) continue
    const reference = median(rates[rates.length - 1])
    for (const [index, engine] of ours.entries()) {
      if (engine.argument === 'exact' && workload.kind === 'decode') continue
      const ratio = median(rates[index]) / reference
      const isMet = ratio >= goalRatio
      holds &&= isMet
      write(
        `  ${engine.name}: ${ratio.toFixed(2)} x node-llama-cpp, goal ${goalRatio}: ${isMet ? 'met' : 'MISSED'}`,
      )
    }
  }
  return holds
}
