/** Low-rank adapters (Hu et al. 2021, arXiv 2106.09685) in the layout of PEFT. */
export { attachAdapter, type AdapterSource } from './attach.ts'
export { fingerprintAdapter, inspectAdapter } from './inspect.ts'
