/** The architectures we build, and finding the one a checkpoint has. */
import type { Checkpoint } from '../checkpoint/types.ts'
import { bert } from './bert.ts'
import { unsupported } from './fields.ts'
import { llama } from './llama.ts'
import { mt5 } from './mt5.ts'
import { qwen2 } from './qwen.ts'
import { t5 } from './t5.ts'
import type { Architecture, DecoderArchitecture } from './types.ts'
import { xlmRoberta } from './xlm-roberta.ts'

export const architectures: readonly Architecture[] = [llama, qwen2, bert, xlmRoberta, t5, mt5]

/** Throws `unsupported` naming the checkpoint's architecture and those we have. */
export function findArchitecture(checkpoint: Checkpoint): Architecture {
  const found = architectures.find((architecture) => architecture.matches(checkpoint))
  if (found !== undefined) return found
  const known = architectures.map((architecture) => architecture.id).join(', ')
  throw unsupported(checkpoint, `the architecture ${checkpoint.architecture}`, known)
}

/** As `findArchitecture`; throws `unsupported` for a model that predicts no next token. */
export function findDecoder(checkpoint: Checkpoint): DecoderArchitecture {
  const found = findArchitecture(checkpoint)
  if (found.kind === 'decoder') return found
  throw unsupported(
    checkpoint,
    `the architecture ${found.id} (${found.kind}) for predicting next tokens`,
    'causal language models',
  )
}

export type { Architecture, DecoderConfig } from './types.ts'
