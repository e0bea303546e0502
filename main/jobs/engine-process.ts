/** An engine somewhere: what a launcher gives, and all that the client knows of it. */

export interface EngineExit {
  readonly code: number | null
  readonly signal: string | null
}

export interface EngineProcess {
  readonly pid: () => number | null
  readonly post: (message: unknown) => void
  readonly onMessage: (listener: (message: unknown) => void) => void
  readonly onExit: (listener: (exit: EngineExit) => void) => void
  /** At once, also while native code runs. */
  readonly kill: () => void
  /** The last lines it wrote to its outputs: what a native crash leaves behind. */
  readonly outputTail: () => string
}

export type LaunchEngine = () => EngineProcess

/**
 * Environment of an engine process. NVIDIA's libraries round float32 products to TF32 unless told otherwise; "exact" means
 * float32 here, so they are told. A person who sets the variable decides (1 allows TF32; results then say so).
 */
export function engineEnvironment(inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { NVIDIA_TF32_OVERRIDE: '0', ...inherited }
}

/** Enough for a stack trace, whatever a native library prints over hours. */
const tailLength = 8_000

/** Keeps the end of what streams write. */
export function createTail(): { add: (chunk: unknown) => void; text: () => string } {
  let tail = ''
  return {
    add: (chunk) => {
      tail = `${tail}${String(chunk)}`.slice(-tailLength)
    },
    text: () => tail.trim(),
  }
}
