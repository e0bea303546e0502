/** Whether float32 products on a GPU are really float32: NVIDIA's libraries may round their inputs to TF32. */
import { createBuilder } from '../graph/builder.ts'
import { createSession } from './session.ts'
import type { Provider } from './types.ts'

/** Large enough that the library takes its tensor-core path. */
const size = 256
/** TF32 keeps 10 bits of the mantissa: 1 + 2^-12 becomes 1, in float32 it does not. */
const probeValue = 1 + 2 ** -12

/** True when products of this provider round to TF32. Measured, since drivers and variables of the system decide it. */
export async function roundsToTf32(provider: Provider): Promise<boolean> {
  if (provider !== 'cuda') return false
  const builder = createBuilder({ name: 'probe-tf32' })
  const a = builder.input('a', 'float32', [size, size])
  const b = builder.input('b', 'float32', [size, size])
  builder.output(builder.matmul(a, b))
  const session = await createSession({
    graph: builder.finish(),
    provider,
    threads: 1,
    cacheDir: '',
  })
  try {
    const matrix = (value: number) =>
      ({
        dtype: 'float32',
        shape: [size, size],
        data: new Float32Array(size * size).fill(value),
      }) as const
    const feeds = new Map([
      ['a', matrix(probeValue)],
      ['b', matrix(1)],
    ])
    const [name] = session.outputNames
    const product = (await session.run(feeds, [name])).get(name)?.data[0]
    return Math.abs(Number(product) - size * probeValue) > size * 2 ** -14
  } finally {
    await session.close()
  }
}
