/** Real checkpoints that checks use where they lie on this machine; nothing is downloaded. */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { VerifyContext } from './check.ts'

export interface KnownModel {
  readonly title: string
  /** Begins the names of its golden files. */
  readonly key: string
  readonly file: string
  /** Of the file that every golden file was made from. */
  readonly sha256: string
}

export const smolLm2: KnownModel = {
  title: 'SmolLM2-135M-Instruct Q4_1',
  key: 'smollm2-135m',
  file: 'SmolLM2-135M-Instruct.Q4_1.gguf',
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
}

export const qwenCoder: KnownModel = {
  title: 'Qwen2.5-Coder-0.5B-Instruct Q4_K_M',
  key: 'qwen-coder-0.5b',
  file: 'qwen2.5-coder-0.5b-instruct-q4_k_m.gguf',
  sha256: '1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32',
}

export const miniLm: KnownModel = {
  title: 'all-MiniLM-L6-v2',
  key: 'minilm',
  file: 'all-MiniLM-L6-v2/model.safetensors',
  sha256: '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
}

export type FoundModel =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'absent'; readonly reason: string }

const sums = new Map<string, Promise<string>>()

/** The file, if it is there and is the very one that the golden file was made from. */
export async function findModel(
  context: VerifyContext,
  { file, sha256: known }: KnownModel,
  sha256 = known,
): Promise<FoundModel> {
  const path = join(context.modelsFolder, file)
  if (!existsSync(path)) {
    return { kind: 'absent', reason: `${path} is not there (folder: $ACTBENCH_MODELS)` }
  }
  const sum = sums.get(path) ?? sha256OfFile(path)
  sums.set(path, sum)
  const found = await sum
  if (found === sha256) return { kind: 'found', path }
  return {
    kind: 'absent',
    reason: `${path} is another file: expected sha256 ${sha256}, found ${found}`,
  }
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer)
  }
  return hash.digest('hex')
}
