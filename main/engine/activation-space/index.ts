/** Where prompts lie in activation space (QuadA, Zhang et al. 2025, arXiv 2502.00840, section 4). */
export { describeLayer, type FourGroups } from './describe.ts'
export { pointsOf, readLastTokens, type LastTokens } from './last-tokens.ts'
