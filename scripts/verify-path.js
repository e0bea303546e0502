/**
 * npm run verify:path [-- [--verbose] WORD...]: the path from a checkpoint on disk to a comparison, measured again on
 * this machine. WORDs choose checks by their titles. The last line is `N passed, N failed[, N skipped]`; what cannot run
 * here counts as skipped, with the reason. Exit code 0 only if nothing failed.
 */
import { runVerify } from './launch/run-verify.js'

await runVerify(async () => (await import('./verify/index.ts')).checks)
