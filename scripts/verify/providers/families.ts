/** Models of every family with weights made from a hash, on a provider, against what PyTorch computes for them. */
import {
  encoderReference,
  tinyJointEncoders,
  tinyRows,
  writeTinyEncoder,
} from '../../../main/engine/architectures/fixtures/tiny-encoder.ts'
import {
  tinyCases,
  tinyPrompt,
  tinyReference,
  writeTinyModel,
} from '../../../main/engine/architectures/fixtures/tiny-model.ts'
import {
  textToTextReference,
  tinyMaxNewTokens,
  tinySources,
  tinyTextToTexts,
  writeTinyTextToText,
} from '../../../main/engine/architectures/fixtures/tiny-text-to-text.ts'
import { requireRunner } from '../../../main/engine/runtime/open-runner.ts'
import type { Provider } from '../../../main/engine/runtime/types.ts'
import { judged, type CheckResult, type VerifyContext } from '../check.ts'
import { continueGreedily } from '../open-runner.ts'
import { largestDifference, withRunnerOn } from '../open-on.ts'

/** Logits are of order 1 to 10; a GPU adds in another order than the reference. */
const tolerance = 1e-4

interface Found {
  largest: number
  readonly problems: string[]
}

/** Logits at every position, and greedy continuations in the Loop. */
export async function decodersOn(context: VerifyContext, provider: Provider): Promise<CheckResult> {
  const found: Found = { largest: 0, problems: [] }
  for (const name of tinyCases) {
    const modelPath = writeTinyModel(context.scratch, name)
    await withRunnerOn(context, { provider, modelPath }, async (opened) => {
      const runner = requireRunner(opened, 'decoder')
      const { logits, greedy } = tinyReference(name)
      note(found, name, largestDifference(await runner.logits(tinyPrompt), logits))
      const options = { maxNewTokens: greedy.length, batchSize: 2, stopIds: [] }
      const requests = ['a', 'b'].map((key) => ({ key, promptIds: tinyPrompt }))
      for (const [key, { tokenIds }] of await continueGreedily(runner, requests, options)) {
        if (tokenIds.join() !== greedy.join())
          found.problems.push(`${name}: row ${key} continues otherwise`)
      }
    })
  }
  return told(found, `${tinyCases.length} decoders`)
}

/** Intent logits of both rows together, and slot logits of each. */
export async function encodersOn(context: VerifyContext, provider: Provider): Promise<CheckResult> {
  const found: Found = { largest: 0, problems: [] }
  for (const name of tinyJointEncoders) {
    const modelPath = writeTinyEncoder(context.scratch, name)
    await withRunnerOn(context, { provider, modelPath }, async (opened) => {
      const runner = requireRunner(opened, 'encoder')
      const { intent, slots } = encoderReference(name)
      const rows = tinyRows.map((ids) => ({ ids, wordStarts: ids.map((_, at) => at) }))
      for await (const row of runner.label(rows, { batchSize: rows.length })) {
        const width = row.intentLogits.length
        const expected = intent.slice(row.index * width, (row.index + 1) * width)
        note(found, name, largestDifference(row.intentLogits, expected))
      }
      for (const [at, ids] of tinyRows.entries()) {
        note(found, name, largestDifference(await runner.logits(ids), slots[at]))
      }
    })
  }
  return told(found, `${tinyJointEncoders.length} encoders with heads`)
}

/** Answers with one, two and four beams. */
export async function textToTextsOn(
  context: VerifyContext,
  provider: Provider,
): Promise<CheckResult> {
  const found: Found = { largest: 0, problems: [] }
  for (const name of tinyTextToTexts) {
    const modelPath = writeTinyTextToText(context.scratch, name)
    await withRunnerOn(context, { provider, modelPath }, async (opened) => {
      const runner = requireRunner(opened, 'encoder-decoder')
      const { answers, stopId } = textToTextReference(name)
      const requests = tinySources.map((sourceIds, at) => ({ key: `${at}`, sourceIds }))
      for (const beams of [1, 2, 4] as const) {
        const options = {
          beams,
          maxNewTokens: tinyMaxNewTokens,
          stopIds: [stopId],
          batchSize: requests.length,
        }
        for await (const { key, tokenIds } of runner.translate(requests, options)) {
          if (tokenIds.join() !== answers[`${beams}`].ids[Number(key)].join())
            found.problems.push(`${name}: source ${key} has another answer with ${beams} beams`)
        }
      }
    })
  }
  const answers = tinyTextToTexts.length * tinySources.length * 3
  return judged(
    [`${tinyTextToTexts.length} text-to-text models: ${answers} answers compared`],
    found.problems,
  )
}

function note(found: Found, name: string, difference: number): void {
  found.largest = Math.max(found.largest, difference)
  if (!(difference < tolerance)) found.problems.push(`${name}: logits differ by ${difference}`)
}

function told({ largest, problems }: Found, models: string): CheckResult {
  return judged(
    [
      `${models}: largest logit difference ${largest.toExponential(1)} (below ${tolerance} is asked)`,
    ],
    problems,
  )
}
