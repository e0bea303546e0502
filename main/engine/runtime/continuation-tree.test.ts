import { describe, expect, it } from 'vitest'
import { continuationTree } from './continuation-tree.ts'

describe('continuationTree', () => {
  it('has what continuations begin with once, and no last token that nothing follows', () => {
    const { nodes, places } = continuationTree([[1, 2, 3], [4], [1, 2, 5], [1, 6], [1, 2]])
    expect(nodes).toEqual([
      { id: 1, depth: 0, end: 2 },
      { id: 2, depth: 1, end: 2 },
    ])
    expect(places).toEqual([[-1, 0, 1], [-1], [-1, 0, 1], [-1, 0], [-1, 0]])
  })

  it('puts what follows a node before its neighbours', () => {
    const { nodes, places } = continuationTree([
      [1, 2, 0],
      [7, 2, 0],
      [1, 3, 0],
    ])
    expect(nodes.map(({ id, end }) => [id, end])).toEqual([
      [1, 3],
      [2, 2],
      [3, 3],
      [7, 5],
      [2, 5],
    ])
    expect(places).toEqual([
      [-1, 0, 1],
      [-1, 3, 4],
      [-1, 0, 2],
    ])
  })
})
