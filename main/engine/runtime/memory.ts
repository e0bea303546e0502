/** Whether a second session of a model fits beside the first. */
import { execFile } from 'node:child_process'
import { freemem } from 'node:os'
import process from 'node:process'
import { promisify } from 'node:util'
import type { Precision } from '../blocks/weights.ts'
import type { Graph } from '../graph/ir.ts'
import { elementCount, sizeOf } from '../graph/ir.ts'
import type { Provider } from './types.ts'

/** Stays free for caches, activations and whatever else runs on the machine. */
const reserveBytes = 3 * 2 ** 30

/** Bytes of the graph's constants once loaded; halves that are computed with in float32 are unfolded to it at load. */
export function loadedBytes(graph: Graph, precision: Precision): number {
  let bytes = 0
  for (const { value } of graph.initializers.values()) {
    const isHalf = value.dtype === 'bfloat16' || value.dtype === 'float16'
    const width = isHalf && precision !== 'float16' ? 4 : sizeOf(value.dtype)
    bytes += (elementCount(value.shape) ?? 0) * width
  }
  return bytes
}

/** False also where nobody can tell. */
export async function hasRoomFor(provider: Provider, bytes: number): Promise<boolean> {
  const free = provider === 'cpu' ? freeProcessBytes() : await freeGraphicsBytes()
  return free !== null && free > bytes + reserveBytes
}

/** What this process may still take. Older versions of Node only know what the machine has free. */
function freeProcessBytes(): number {
  const { availableMemory } = process as { availableMemory?: () => number }
  return availableMemory === undefined ? freemem() : availableMemory()
}

/** Null when the driver's tool does not answer. */
async function freeGraphicsBytes(): Promise<number | null> {
  try {
    const query = ['--query-gpu=memory.free', '--format=csv,noheader,nounits']
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 10_000 })
    const mebibytes = Number(stdout.split('\n')[0])
    return Number.isFinite(mebibytes) ? mebibytes * 2 ** 20 : null
  } catch {
    return null
  }
}
