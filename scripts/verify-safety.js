/**
 * npm run verify:safety [-- [--verbose] WORD...]: what approximated activations do to safety, measured again on this machine:
 * worked values of every technique, and a reduced grid on real checkpoints where they are there. WORDs choose checks by
 * their titles. The last line is `N passed, N failed[, N skipped]`; what cannot run here counts as skipped, with the reason.
 * Exit code 0 only if nothing failed.
 */
import { runVerify } from './launch/run-verify.js'

await runVerify(async () => (await import('./verify/safety/index.ts')).checks)
