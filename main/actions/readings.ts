/** The readings themselves, and the reader that does them in the thread that asks. */
import type { CallInput, CallOutput } from '#contract/calls'
import { inSnapshot } from '#db'
import { getAgreement } from './agreement.ts'
import { getComparison, pageComparedSamples } from './comparisons.ts'
import { reportLabels } from './labels.ts'
import { getNluErrors } from './nlu-errors.ts'
import type { Reader, ReadingName } from './reader.ts'
import type { ReadingServices } from './services.ts'

type Readings = {
  readonly [N in ReadingName]: (services: ReadingServices, input: CallInput<N>) => CallOutput<N>
}

const readings: Readings = {
  'comparisons.get': getComparison,
  'comparisons.samples': pageComparedSamples,
  'comparisons.agreement': getAgreement,
  'comparisons.nluErrors': getNluErrors,
  'labels.report': reportLabels,
}

/** Of one state of the store, whatever is written meanwhile. */
export function perform<N extends ReadingName>(
  services: ReadingServices,
  name: N,
  input: CallInput<N>,
): CallOutput<N> {
  const reading: Readings[N] = readings[name]
  return inSnapshot(services.db.read, () => reading(services, input))
}

/** For hosts that may stand still while they read: the command line, tests. */
export function readHere(services: ReadingServices): Reader {
  return {
    read: async (name, input) => Promise.resolve(perform(services, name, input)),
    close: () => Promise.resolve(),
  }
}
