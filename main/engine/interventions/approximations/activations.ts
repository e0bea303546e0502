/**
 * Published piecewise polynomials for SiLU and GELU, as used by private-inference systems. Coefficients as released;
 * the two `fit-*` SiLU forms are minimax fits in the shapes of BOLT and NEXUS, since those systems publish GELU only.
 */
import { ActbenchError } from '#contract/errors'
import { type PiecewisePolynomial, identity, zero } from './piecewise.ts'

const puma0 = [
  -0.5054031199708174, -0.42226581151983866, -0.11807612951181953, -0.011034134030615728,
]
const puma1 = [
  0.008526321541038084, 0.5, 0.3603292692789629, 0, -0.037688200365904236, 0, 0.0018067462606141187,
]
/** BOLT's quartic in |x|; x/2 is added by the segment form. */
const boltQuartic = [
  0.001620808531841547, -0.03798164612714154, 0.5410550166368381, -0.18352506127082727,
  0.020848611754127593,
]
/** Of degree 12, within |x| <= 3.5. */
export const nexusGeluCoefficients = [
  2.25775755e-4, 0.5, 0.39688096, 0, -6.37042698e-2, 0, 8.38841647e-3, 0, -7.17830961e-4, 0,
  3.49617829e-5, 0, -7.26059653e-7,
]
/** BumbleBee's sigmoid on t = |x| < 8; SiLU is x times it, mirrored below zero. */
const bumblebeeSigmoid = [
  0.49352908920523014, 0.3028510171823098, -0.06808619212463336, 0.006747908074344234,
  -0.0002472776978734074,
]
const epsilon = 1e-5

/** x * s(x) for x >= 0. */
const bumblebeeAbove = [0, ...bumblebeeSigmoid]
/** x * (1 - s(-x)) for x < 0, multiplied out. */
const bumblebeeBelow = [
  0,
  1 - bumblebeeSigmoid[0],
  ...bumblebeeSigmoid.slice(1).map((c, index) => ((index + 1) % 2 === 1 ? c : -c)),
]

export const siluPolynomials: readonly PiecewisePolynomial[] = [
  {
    id: 'spu',
    title: 'SPU / PUMA, three polynomial pieces',
    source: 'released code of SPU (LLaMA-7B example)',
    segments: [
      { to: -8, includesEnd: false, coefficients: zero },
      {
        to: -4,
        includesEnd: false,
        coefficients: [-0.3067541139982155, -0.0819767021525476, -0.0055465625580307],
      },
      {
        to: 4,
        includesEnd: true,
        coefficients: [
          0.0085064025895951, 0.5, 0.228143084172827, 0, -0.011113046708173, 0, 0.0002743776353465,
        ],
      },
      { to: Infinity, includesEnd: true, coefficients: identity },
    ],
  },
  {
    id: 'bumblebee',
    title: 'BumbleBee, quartic sigmoid times x',
    source: 'released code of BumbleBee (Lu et al., NDSS 2025)',
    segments: [
      { to: -8, includesEnd: false, coefficients: zero },
      { to: 0, includesEnd: false, coefficients: bumblebeeBelow },
      { to: 8, includesEnd: false, coefficients: bumblebeeAbove },
      { to: Infinity, includesEnd: true, coefficients: identity },
    ],
  },
  {
    id: 'fit-quartic',
    title: 'Minimax quartic in |x| (shape of BOLT)',
    source: 'minimax fit of the even part, breakpoint 6.46',
    segments: [
      { to: -6.46, includesEnd: false, coefficients: zero },
      {
        to: 6.46,
        includesEnd: true,
        isEvenPlusHalf: true,
        coefficients: [-0.0100195832, 0.0423749333, 0.2512602604, -0.04663459211, 0.002901334717],
      },
      { to: Infinity, includesEnd: true, coefficients: identity },
    ],
  },
  {
    id: 'fit-degree-12',
    title: 'Minimax degree 12 (shape of NEXUS)',
    source: 'minimax fit of the even part, breakpoint 7.22',
    segments: [
      { to: -7.22, includesEnd: false, coefficients: zero },
      {
        to: 7.22,
        includesEnd: true,
        coefficients: [
          0.00528648940494, 0.5, 0.235324460138, 0, -0.0138451070254, 0, 6.25723665039e-4, 0,
          -1.65359006253e-5, 0, 2.27657635961e-7, 0, -1.25656020083e-9,
        ],
      },
      { to: Infinity, includesEnd: true, coefficients: identity },
    ],
  },
]

export const geluPolynomials: readonly PiecewisePolynomial[] = [
  {
    id: 'puma',
    title: 'PUMA, cubic and degree 6',
    source: 'released code of PUMA (Dong et al., 2023)',
    segments: [
      { to: -4, includesEnd: false, coefficients: zero },
      { to: -1.95, includesEnd: false, coefficients: puma0 },
      { to: 3, includesEnd: true, coefficients: puma1 },
      { to: Infinity, includesEnd: true, coefficients: identity },
    ],
  },
  {
    id: 'bumblebee-paper',
    title: 'BumbleBee, breakpoints of the paper',
    source: 'Lu et al., BumbleBee, NDSS 2025',
    segments: [
      { to: -5, includesEnd: true, coefficients: [-epsilon] },
      { to: -1.97, includesEnd: true, coefficients: puma0 },
      { to: 3, includesEnd: true, coefficients: puma1 },
      { to: Infinity, includesEnd: true, coefficients: [-epsilon, 1] },
    ],
  },
  {
    id: 'bolt',
    title: 'BOLT, quartic in |x|',
    source: 'Pang et al., BOLT, IEEE S&P 2024',
    segments: [
      { to: -2.7, includesEnd: false, coefficients: zero },
      { to: 2.7, includesEnd: true, isEvenPlusHalf: true, coefficients: boltQuartic },
      { to: Infinity, includesEnd: true, coefficients: identity },
    ],
  },
  {
    id: 'bumblebee-code',
    title: 'BumbleBee as released: BOLT quartic, breakpoints at 3',
    source: 'released code of BumbleBee',
    segments: [
      { to: -3, includesEnd: false, coefficients: zero },
      { to: 3, includesEnd: true, isEvenPlusHalf: true, coefficients: boltQuartic },
      { to: Infinity, includesEnd: true, coefficients: identity },
    ],
  },
  {
    id: 'nexus',
    title: 'NEXUS, degree 12, exact sign',
    source: 'released code of NEXUS (Zhang et al., NDSS 2025)',
    segments: [
      { to: -3.5, includesEnd: false, coefficients: zero },
      { to: 3.5, includesEnd: true, coefficients: nexusGeluCoefficients },
      { to: Infinity, includesEnd: true, coefficients: identity },
    ],
  },
]

/** The polynomial of this id in a list; the ids are those that the parameters offer. */
export function findPolynomial(
  list: readonly PiecewisePolynomial[],
  id: string,
): PiecewisePolynomial {
  const found = list.find((polynomial) => polynomial.id === id)
  if (found !== undefined) return found
  throw new ActbenchError({ code: 'internal', message: `There is no polynomial "${id}".` })
}
