/** The only file that knows onnxruntime-node. */
import { env, InferenceSession, Tensor } from 'onnxruntime-node'
import { ActbenchError } from '#contract/errors'
import type { Dtype, Graph } from '../graph/ir.ts'
import { elementCount } from '../graph/ir.ts'
import { verify } from '../graph/verify.ts'
import { encodeModel } from '../onnx/encode.ts'
import { placeGenerated } from '../onnx/external-data.ts'
import type { Provider, TensorLike } from './types.ts'

/** `running`: many runs, worth the time and memory of packed weights. `reading`: a few, and then it is closed again. */
export type SessionPurpose = 'running' | 'reading'

export interface SessionOptions {
  readonly graph: Graph
  readonly provider: Provider
  /** Threads inside one operator; the machine's cores at most. */
  readonly threads: number
  /** Where prepared weights are written. */
  readonly cacheDir: string
  /** `running` when left out. */
  readonly purpose?: SessionPurpose
}

export interface Session {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  /**
   * Runs synchronously behind its promise: nothing else happens in this process meanwhile. Only the named outputs are
   * copied out. Throws `invalid-input` for a feed that the graph does not have or that is missing.
   */
  run(
    feeds: ReadonlyMap<string, TensorLike>,
    outputs: readonly string[],
  ): Promise<ReadonlyMap<string, TensorLike>>
  close(): Promise<void>
}

/**
 * Weights are mapped from where they lie: the model travels as bytes, with '/' as the folder of its external data.
 * Throws `engine-crashed` with ONNX Runtime's own words when it refuses the graph.
 */
export async function createSession(options: SessionOptions): Promise<Session> {
  const graph = placeGenerated(verify(options.graph), options.cacheDir)
  const model = encodeModel(graph)
  const native = await create(graph.name, model, options)
  const inputs = new Map(graph.inputs.map((value) => [value.name, value.dtype]))
  let isOpen = true
  return {
    inputNames: [...inputs.keys()],
    outputNames: graph.outputs.map((value) => value.name),
    async run(feeds, outputs) {
      checkFeeds(graph.name, inputs, feeds)
      const tensors = Object.fromEntries(
        [...feeds].map(([name, tensor]) => [name, toNative(name, tensor)]),
      )
      const results = await native.run(tensors, outputs)
      return new Map(outputs.map((name) => [name, fromNative(name, results[name])]))
    },
    async close() {
      if (!isOpen) return
      isOpen = false
      await native.release()
    },
  }
}

async function create(
  name: string,
  model: Uint8Array,
  options: SessionOptions,
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(model, {
      executionProviders: executionProviders(options.provider),
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      extra: {
        session: {
          model_external_initializers_file_folder_path: '/',
          ...(usesWeightsInPlace(options) ? { disable_prepacking: '1' } : {}),
        },
      },
    })
  } catch (cause) {
    throw new ActbenchError({
      code: 'engine-crashed',
      message: `${name}: ONNX Runtime could not load the graph on ${options.provider}: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Check that the model file is still where it was; otherwise try another provider.',
      cause,
    })
  }
}

/**
 * Without packing, float32 weights stay mapped from their file: half a gigabyte loads in 24 ms instead of 340 and takes no memory
 * of its own, and prompts run 1.05 to 1.2 times as long. Block-quantised products without packing would be 40 times as slow.
 */
function usesWeightsInPlace({ graph, provider, purpose }: SessionOptions): boolean {
  if (purpose !== 'reading' || provider !== 'cpu') return false
  return graph.nodes.every(({ op }) => op !== 'MatMulNBits')
}

/**
 * The binding passes no options to CUDA, whose float32 products round to TF32 (10 bits of fraction) by default. The
 * process that hosts the engine must forbid that with NVIDIA_TF32_OVERRIDE=0 in its environment.
 */
function executionProviders(provider: Provider): InferenceSession.ExecutionProviderConfig[] {
  return provider === 'cpu' ? ['cpu'] : [provider, 'cpu']
}

function checkFeeds(
  name: string,
  inputs: ReadonlyMap<string, Dtype>,
  feeds: ReadonlyMap<string, TensorLike>,
): void {
  const unknown = [...feeds.keys()].filter((feed) => !inputs.has(feed))
  const missing = [...inputs.keys()].filter((input) => !feeds.has(input))
  const wrong = [...feeds].filter(([feed, tensor]) => inputs.get(feed) !== tensor.dtype)
  if (unknown.length + missing.length + wrong.length === 0) return
  const complaints = [
    unknown.length > 0 ? `unknown inputs ${unknown.join(', ')}` : '',
    missing.length > 0 ? `missing inputs ${missing.join(', ')}` : '',
    ...wrong.map(
      ([feed, tensor]) =>
        `${feed}: expected ${inputs.get(feed) ?? 'nothing'}, found ${tensor.dtype}`,
    ),
  ]
  throw new ActbenchError({
    code: 'invalid-input',
    message: `${name}: ${complaints.filter((text) => text !== '').join('; ')}.`,
  })
}

/**
 * The native half of onnxruntime-node reads float16 from a Uint16Array only, while its JavaScript half converts to
 * Float16Array wherever the engine has one (Node 24), and then zero bytes arrive. It looks once, at the first tensor:
 * that look happens here, with the class out of sight.
 */
function keepHalvesAsBits(): void {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'Float16Array')
  if (descriptor === undefined) return
  Reflect.deleteProperty(globalThis, 'Float16Array')
  try {
    new Tensor('float32', Float32Array.of(0), [1])
  } finally {
    Object.defineProperty(globalThis, 'Float16Array', descriptor)
  }
}
keepHalvesAsBits()

function toNative(name: string, tensor: TensorLike): Tensor {
  if (elementCount(tensor.shape) !== tensor.data.length) {
    throw new ActbenchError({
      code: 'shape-mismatch',
      message: `${name}: expected the elements of [${tensor.shape.join(', ')}], found ${tensor.data.length}.`,
    })
  }
  return new Tensor(tensor.dtype, tensor.data, tensor.shape)
}

function fromNative(name: string, value: Tensor | undefined): TensorLike {
  if (value === undefined) {
    throw new ActbenchError({ code: 'internal', message: `Output ${name} did not come back.` })
  }
  const shape = [...value.dims]
  const { data } = value
  if (value.type === 'float32' && data instanceof Float32Array) {
    return { dtype: 'float32', shape, data }
  }
  if (value.type === 'int64' && data instanceof BigInt64Array) {
    return { dtype: 'int64', shape, data }
  }
  if (value.type === 'float16') {
    return { dtype: 'float16', shape, data: halfBits(data) }
  }
  throw new ActbenchError({
    code: 'unsupported',
    message: `Output ${name}: expected float32, float16 or int64, found ${value.type}.`,
  })
}

/** Newer JavaScript engines have Float16Array, and onnxruntime-common then uses it; we keep bit patterns. */
function halfBits(data: Tensor['data']): Uint16Array {
  if (data instanceof Uint16Array) return data
  if (ArrayBuffer.isView(data)) {
    return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
  }
  throw new ActbenchError({ code: 'internal', message: 'Unexpected storage of float16 values.' })
}

/** Version of ONNX Runtime, stored with every result. */
export function runtimeVersion(): string {
  return env.versions.node ?? env.versions.common
}
