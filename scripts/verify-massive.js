/**
 * npm run verify:massive [-- [--verbose] WORD...]: the multilingual suite measured again on this machine: its metrics against the
 * reference implementation, the embedded NLU model on 500 utterances of every locale, what interventions do to it by language,
 * and the ranking of intents. WORDs choose checks by their titles. The last line is `N passed, N failed[, N skipped]`; what
 * cannot run here counts as skipped, with the reason. Exit code 0 only if nothing failed.
 */
import { runVerify } from './launch/run-verify.js'

await runVerify(async () => (await import('./verify/massive/index.ts')).checks)
