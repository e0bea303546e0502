/** The architectures we build, and finding the one a checkpoint has. */
import type { Checkpoint } from '../checkpoint/types.ts'
import { unsupported } from './fields.ts'
import { llama } from './llama.ts'
import { qwen2 } from './qwen.ts'
import type { Architecture } from './types.ts'

export const architectures: readonly Architecture[] = [llama, qwen2]

/** Throws `unsupported` naming the checkpoint's architecture and those we have. */
export function findArchitecture(checkpoint: Checkpoint): Architecture {
  const found = architectures.find((architecture) => architecture.matches(checkpoint))
  if (found !== undefined) return found
  const known = architectures.map((architecture) => architecture.id).join(', ')
  throw unsupported(checkpoint, `the architecture ${checkpoint.architecture}`, known)
}

export type { Architecture, DecoderConfig } from './types.ts'
