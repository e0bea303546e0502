/** Noise is a function of the position: what is read in one chunk gets the noise of what is written token by token. */
import type { CausalRunner } from '../../../main/engine/runtime/runner.ts'
import { encodeChat } from '../../../main/engine/tokenizer/chat.ts'
import { createWorkbench } from '../../../main/engine/workbench.ts'
import { judged, skipped, type Check } from '../check.ts'
import { findModel, smolLm2 } from '../known-models.ts'
import { worse } from '../logits.ts'
import { continueGreedily } from '../open-runner.ts'
import { prepareModel, shortJob } from './prepared-model.ts'

const maxNewTokens = 24
/** float32 sums in another order, for the log-probability of a token. */
const tolerance = 1e-3
/** What the noise itself must do at least to one of these tokens. */
const leastEffect = 0.1
const prompts = [
  'How do tides work?',
  'Write a short note to a neighbour who has lost a cat, and say where it was seen last.',
]

export const noiseInChunks: Check = {
  title: `${smolLm2.title}: noise in one chunk is the noise token by token`,
  async run(context) {
    const model = await findModel(context, smolLm2)
    if (model.kind === 'absent') return skipped(model.reason)
    const spec = await shortJob(context, model.path)
    const bench = createWorkbench()
    try {
      const params = { family: 'laplace', sites: ['up', 'down'], scale: 0.02, seed: 7 }
      const uses = [{ id: 'additive-noise', params }]
      const { runner, tokenizer } = await prepareModel(context, { spec, uses, bench })
      const rows = prompts.map((content) => encodeChat(tokenizer, [{ role: 'user', content }]))
      const answers = await answerRows(runner, rows)
      const inOneChunk = await scoreRows(runner, answers)
      const plain = await prepareModel(context, { spec, uses: [], bench })
      const untouched = await scoreRows(plain.runner, answers)
      const written = answers.map(({ logProbs }) => logProbs)
      const difference = largestDifference(written, inOneChunk)
      const effect = largestDifference(written, untouched)
      const tokens = answers.reduce((sum, { logProbs }) => sum + logProbs.length, 0)
      return judged(
        [
          `${tokens} tokens of ${answers.length} answers: max abs difference of a log-probability ${difference.toExponential(1)} nats (below ${tolerance} is asked)`,
          `without the noise the same tokens differ by up to ${effect.toPrecision(2)} nats`,
        ],
        [
          ...(difference < tolerance ? [] : ['the noise depends on how the text is read']),
          ...(effect > leastEffect ? [] : ['the noise does nothing']),
          ...(tokens > maxNewTokens ? [] : ['too few tokens to tell']),
        ],
      )
    } finally {
      await bench.close()
    }
  },
}

interface Row {
  readonly ids: readonly number[]
  /** Where the answer begins. */
  readonly from: number
  readonly logProbs: readonly number[]
}

/** Prompts in one chunk, answers token by token over the cache. */
async function answerRows(
  runner: CausalRunner,
  rows: readonly (readonly number[])[],
): Promise<Row[]> {
  const requests = rows.map((promptIds, at) => ({ key: String(at), promptIds }))
  const options = { maxNewTokens, batchSize: 1, stopIds: [] }
  const results = await continueGreedily(runner, requests, options)
  return requests.map(({ key, promptIds }) => {
    const { tokenIds = [], logProbs = [] } = results.get(key) ?? {}
    return { ids: [...promptIds, ...tokenIds], from: promptIds.length, logProbs }
  })
}

async function scoreRows(
  runner: CausalRunner,
  rows: readonly Row[],
): Promise<(readonly number[])[]> {
  const scored: (readonly number[])[] = []
  for await (const { index, logProbs } of runner.score(rows, { batchSize: 1 })) {
    scored[index] = [...logProbs]
  }
  return scored
}

function largestDifference(
  rows: readonly (readonly number[])[],
  others: readonly (readonly number[])[],
): number {
  return rows
    .flatMap((row, at) => row.map((value, token) => Math.abs(value - (others[at]?.[token] ?? NaN))))
    .reduce(worse, 0)
}
