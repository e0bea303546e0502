/**
 * npm run verify:providers [-- [--verbose] WORD...]: models of every family on the GPU providers of this machine, in float32,
 * against the references and against the CPU. WORDs choose checks by their titles. The last line is
 * `N passed, N failed[, N skipped]`; a provider that does not work here counts as skipped, with the reason. Exit code 0 only if
 * something passed and nothing failed.
 */
import process from 'node:process'
import { runVerify } from './launch/run-verify.js'

// Read by NVIDIA's libraries when they load; engine processes get the same.
process.env.NVIDIA_TF32_OVERRIDE ??= '0'

await runVerify(async () => (await import('./verify/providers/index.ts')).checks)
