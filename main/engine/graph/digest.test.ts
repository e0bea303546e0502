import { describe, expect, it } from 'vitest'
import { createBuilder } from './builder.ts'
import { digestGraph } from './digest.ts'
import type { Graph } from './ir.ts'

function graphWith({ constant = 2, scale = 'scale' } = {}): Graph {
  const builder = createBuilder({ name: 'g' })
  const x = builder.input('x', 'float32', [2])
  const s = builder.input(scale, 'float32', [])
  builder.output(builder.mul(builder.mul(x, s), builder.float32(constant)))
  return builder.finish()
}

describe('digestGraph', () => {
  it('is the same for a graph that is built again', () => {
    expect(digestGraph(graphWith())).toBe(digestGraph(graphWith()))
  })

  it('tells constants apart that the printed graph does not show', () => {
    expect(digestGraph(graphWith({ constant: 3 }))).not.toBe(digestGraph(graphWith()))
  })

  it('tells inputs apart', () => {
    expect(digestGraph(graphWith({ scale: 'other' }))).not.toBe(digestGraph(graphWith()))
  })
})
