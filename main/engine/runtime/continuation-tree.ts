/** Continuations of one context as a tree: what several of them begin with is there once. */

/** A token that is read, because something follows it. */
export interface TreeNode {
  readonly id: number
  /** Tokens between the context and this one. */
  readonly depth: number
  /** Nodes from this one up to here, exclusive, are itself and what follows it. */
  readonly end: number
}

export interface ContinuationTree {
  /** Every node before what follows it, one branch after the other. */
  readonly nodes: readonly TreeNode[]
  /** For each token of each continuation, the node that predicts it; the context is node -1. */
  readonly places: readonly (readonly number[])[]
}

/** The context itself, as the place that predicts a continuation's first token. */
export const contextPlace = -1

interface Branch {
  readonly id: number
  readonly next: Map<number, Branch>
  place: number
}

/** The last token of a continuation is predicted but never read, so it has a node only where another one goes on behind it. */
export function continuationTree(continuations: readonly (readonly number[])[]): ContinuationTree {
  const root: Branch = { id: -1, next: new Map(), place: contextPlace }
  const paths = continuations.map((ids) => {
    const path = [root]
    for (const id of ids.slice(0, -1)) {
      const last = path[path.length - 1]
      const next = last.next.get(id) ?? { id, next: new Map<number, Branch>(), place: 0 }
      last.next.set(id, next)
      path.push(next)
    }
    return path
  })
  const nodes: { id: number; depth: number; end: number }[] = []
  number(root, nodes, 0)
  return { nodes, places: paths.map((path) => path.map(({ place }) => place)) }
}

function number(
  branch: Branch,
  nodes: { id: number; depth: number; end: number }[],
  depth: number,
): void {
  for (const next of branch.next.values()) {
    next.place = nodes.length
    const node = { id: next.id, depth, end: 0 }
    nodes.push(node)
    number(next, nodes, depth + 1)
    node.end = nodes.length
  }
}
