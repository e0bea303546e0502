import { createLibrary } from './0001-create-library.ts'
import { createRuns } from './0002-create-runs.ts'
import { createSamples } from './0003-create-samples.ts'
import { createSearch } from './0004-create-search.ts'
import { timeGenerating } from './0005-time-generating.ts'
import { extendJobs } from './0006-extend-jobs.ts'
import { understandUtterances } from './0007-understand-utterances.ts'
import { removeRuns } from './0008-remove-runs.ts'
import { leaveUniformOut } from './0009-leave-uniform-out.ts'
import type { Migration } from './types.ts'

/** In order, without gaps. */
export const migrations: readonly Migration[] = [
  createLibrary,
  createRuns,
  createSamples,
  createSearch,
  timeGenerating,
  extendJobs,
  understandUtterances,
  removeRuns,
  leaveUniformOut,
]
