/** What every engine is measured on. Token ids are arbitrary: speed does not depend on them. */

export interface Workload {
  readonly name: string
  readonly kind: 'decode' | 'prefill'
  readonly batch: number
  readonly promptTokens: number
  /** New tokens a row; the first belongs to the prefill and is not counted. */
  readonly newTokens: number
}

const decode = (batch: number): Workload => ({
  name: `decode, batch ${batch}`,
  kind: 'decode',
  batch,
  promptTokens: 40,
  newTokens: 65,
})

export const workloads: readonly Workload[] = [
  decode(1),
  decode(8),
  decode(32),
  { name: 'prefill, 512 tokens', kind: 'prefill', batch: 1, promptTokens: 512, newTokens: 1 },
]

/** Ids from 100 to 40,099, another sequence for each row. */
export function promptOf(row: number, length: number): number[] {
  return Array.from({ length }, (_, i) => (((row + 1) * 7919 + i * 104_729) % 40_000) + 100)
}

/** When the last row had its first token, and when the last token came, in ms from the start. */
export interface Timing {
  readonly firstMs: number
  readonly lastMs: number
}

/** Tokens a second: new ones after the first of each row, or those of the prompt. */
export function tokensPerSecond(workload: Workload, { firstMs, lastMs }: Timing): number {
  const { kind, batch, promptTokens, newTokens } = workload
  if (kind === 'prefill') return (batch * promptTokens * 1000) / firstMs
  return (batch * (newTokens - 1) * 1000) / (lastMs - firstMs)
}

/** One line a child process prints for each workload. */
export interface Measurement {
  readonly workload: string
  readonly tokensPerSecond: number
}

export interface ChildArguments {
  readonly modelPath: string
  readonly threads: number
  readonly cacheDir: string
  /** Folder with node_modules/node-llama-cpp. */
  readonly peerFolder: string
}
