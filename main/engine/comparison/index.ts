/** Configurations side by side. */
export { compare } from './compare.ts'
export { nextStrengths, type SearchInput } from './search.ts'
export type {
  ComparisonCellInput,
  ComparisonColumnInput,
  ComparisonInput,
  ComparisonSuiteInput,
} from './types.ts'
