/** Single samples and the search over all of them. */
import type { CallInput, CallOutput } from '#contract/calls'
import { samples, search } from '#db'
import type { Services } from './services.ts'

export function getSample(
  { db }: Services,
  { rowId }: CallInput<'samples.get'>,
): CallOutput<'samples.get'> {
  return samples.detail(db.read, rowId)
}

export function searchSamples(
  { db }: Services,
  input: CallInput<'samples.search'>,
): CallOutput<'samples.search'> {
  return search.find(db.read, input)
}
