/** Worked values of every technique and statistic, V1 to V18: which unit tests hold each of them. */

export interface OracleTests {
  /** From the project's root. */
  readonly file: string
  /** Matches full names of tests. */
  readonly name: RegExp
  /** Least number of tests with such a name: one that is taken away is missed. */
  readonly cases: number
}

export interface Oracle {
  readonly id: string
  readonly title: string
  readonly tests: readonly OracleTests[]
}

const interventions = 'main/engine/interventions'
const activations = `${interventions}/approximations/activations.test.ts`
const approximations = `${interventions}/approximations/approximations.test.ts`
const largestErrors = `${interventions}/approximations/largest-errors.test.ts`
const polynomials = `${interventions}/polynomial-values.test.ts`
const sparsity = `${interventions}/activation-sparsity.test.ts`
const quantisation = `${interventions}/activation-quantisation.test.ts`
const quantisers = `${interventions}/quantisers.test.ts`
const noise = `${interventions}/additive-noise.test.ts`
const keyedNoise = `${interventions}/noise/keyed-noise.test.ts`
const quantiles = 'main/engine/stats/magnitude-quantiles.test.ts'
const errorFit = 'main/engine/stats/error-fit.test.ts'
const stats = 'main/engine/stats/stats.test.ts'
const separability = 'main/engine/stats/separability.test.ts'
const paired = 'main/engine/stats/paired.test.ts'
const bootstraps = 'main/engine/stats/bootstrap.test.ts'
const scorers = 'main/engine/scorers/scorers.test.ts'
const refusals = 'main/engine/scorers/refusal-keywords.test.ts'

/** V15, the training objective of the defence, is Python's: objective.ts beside this file. */
export const oracles: readonly Oracle[] = [
  {
    id: 'V1',
    title: 'GELU polynomials, values and largest errors',
    tests: [
      { file: activations, name: /GELU at/, cases: 10 },
      { file: largestErrors, name: /GELU/, cases: 5 },
      { file: polynomials, name: /^GELU .* gives the published values/, cases: 5 },
    ],
  },
  {
    id: 'V2',
    title: 'SiLU polynomials, values and largest errors',
    tests: [
      { file: activations, name: /SiLU at/, cases: 10 },
      { file: largestErrors, name: /SiLU/, cases: 4 },
      { file: polynomials, name: /^SiLU .* gives the worked values/, cases: 4 },
    ],
  },
  {
    id: 'V3',
    title: 'exponential',
    tests: [
      { file: approximations, name: /values exp/, cases: 7 },
      { file: largestErrors, name: /exp/, cases: 5 },
    ],
  },
  {
    id: 'V4',
    title: 'softmax',
    tests: [{ file: polynomials, name: /^softmax .* gives the worked values/, cases: 4 }],
  },
  {
    id: 'V5',
    title: 'tanh, reciprocal, inverse root, sign and the fixed point of Iron',
    tests: [
      { file: approximations, name: /values (tanh|.*reciprocal|rsqrt|sign|.*of Iron)/, cases: 7 },
      { file: polynomials, name: /of Iron lies on its grid/, cases: 2 },
    ],
  },
  {
    id: 'V6',
    title: 'thresholds of TEAL',
    tests: [
      { file: sparsity, name: /of the ten worked values|five largest of ten/, cases: 5 },
      { file: sparsity, name: /last-half from position 0 leaves/, cases: 4 },
      { file: quantiles, name: /order-statistic rule|closed forms Laplace/, cases: 6 },
    ],
  },
  {
    id: 'V7',
    title: 'CATS',
    tests: [{ file: `${interventions}/cats.test.ts`, name: /worked example/, cases: 1 }],
  },
  {
    id: 'V8',
    title: 'quantisers',
    tests: [
      { file: quantisers, name: /gives the worked integers/, cases: 6 },
      { file: quantisation, name: /worked values at|halves to even/, cases: 3 },
    ],
  },
  {
    id: 'V9',
    title: 'SmoothQuant',
    tests: [{ file: quantisers, name: /^smoothquant (scales channels|at \d bits)/, cases: 6 }],
  },
  {
    id: 'V10',
    title: 'error fit',
    tests: [{ file: errorFit, name: /gives the worked values/, cases: 1 }],
  },
  {
    id: 'V11',
    title: 'noise generator',
    tests: [
      { file: keyedNoise, name: /mulberry32|has the key of|draws the worked values/, cases: 6 },
      { file: keyedNoise, name: /has mean zero/, cases: 3 },
    ],
  },
  {
    id: 'V12',
    title: 'keyword judge',
    tests: [{ file: refusals, name: /gives the verdicts of the worked examples/, cases: 1 }],
  },
  {
    id: 'V13',
    title: 'Wilson interval and McNemar test',
    tests: [
      { file: stats, name: /^wilson gives the worked examples/, cases: 1 },
      { file: paired, name: /McNemar gives the worked examples/, cases: 1 },
    ],
  },
  {
    id: 'V14',
    title: 'perplexity',
    tests: [
      { file: scorers, name: /^perplexity is the mean loss/, cases: 1 },
      { file: bootstraps, name: /perplexity weights samples by tokens/, cases: 1 },
    ],
  },
  {
    id: 'V16',
    title: 'separability, cohesion and principal axes',
    tests: [
      { file: separability, name: /worked example|has moved over/, cases: 2 },
      { file: separability, name: /of QuadA.s example/, cases: 1 },
      { file: separability, name: /multidimensional scaling/, cases: 1 },
    ],
  },
  {
    id: 'V17',
    title: 'strength zero, and noise in one chunk as token by token',
    tests: [
      {
        file: `${interventions}/decoder-laws.test.ts`,
        name: /is the untouched model at strength zero/,
        cases: 22,
      },
      { file: `${interventions}/polynomial-laws.test.ts`, name: /: zero is the very/, cases: 10 },
      { file: noise, name: /in one chunk, token by token|untouched model at scale zero/, cases: 2 },
      { file: polynomials, name: /norms of NEXUS are exact/, cases: 1 },
    ],
  },
  {
    id: 'V18',
    title: 'a whole block',
    tests: [{ file: `${interventions}/whole-block.test.ts`, name: /^a whole block/, cases: 10 }],
  },
]

/** What stands beside the oracles and is as fixed: adapters against PEFT, agreement between judges by closed forms. */
export const closedForms: readonly Oracle[] = [
  {
    id: 'adapters',
    title: 'logits of a merged adapter are those of PEFT and transformers',
    tests: [
      {
        file: 'main/engine/adapters/adapters.test.ts',
        name: /^a merged adapter gives the logits/,
        cases: 8,
      },
    ],
  },
  {
    id: 'judges',
    title: 'kappa, sensitivity, specificity and corrected rates',
    tests: [
      { file: stats, name: /kappa agrees with statsmodels/, cases: 1 },
      {
        file: 'main/engine/judges/agreements.test.ts',
        name: /counts the four cells|gives sensitivity, specificity/,
        cases: 2,
      },
    ],
  },
]
