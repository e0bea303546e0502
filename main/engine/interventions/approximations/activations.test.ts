import { describe, expect, it } from 'vitest'
import { evaluatePiecewise } from './piecewise.ts'
import { geluPolynomials, siluPolynomials } from './activations.ts'

const at = (list: typeof siluPolynomials, id: string, x: number) => {
  const found = list.find((polynomial) => polynomial.id === id)
  if (found === undefined) throw new Error(`no polynomial ${id}`)
  return evaluatePiecewise(found, x)
}

/** Columns of the worked GELU table: x, then the values, six decimals. */
const geluColumns = ['puma', 'bumblebee-paper', 'bolt', 'bumblebee-code', 'nexus']
const geluTable = [
  [-4.5, 0, 0.009237, 0, 0, 0],
  [-3, -0.003369, -0.003369, 0, -0.009268, -0.003824],
  [-2.5, -0.015306, -0.015306, -0.01492, -0.01492, -0.014941],
  [-1, -0.167026, -0.167026, -0.157982, -0.157982, -0.158893],
  [-0.5, -0.153719, -0.153719, -0.153744, -0.153744, -0.154407],
  [0, 0.008526, 0.008526, 0.001621, 0.001621, 0.000226],
  [0.5, 0.346281, 0.346281, 0.346256, 0.346256, 0.345593],
  [2, 1.962464, 1.962464, 1.955255, 1.955255, 1.954402],
  [3, 3.015864, 3.015864, 3, 2.990732, 2.996176],
  [4, 4, 3.99999, 4, 4, 4],
]

const siluColumns = ['spu', 'bumblebee', 'fit-quartic', 'fit-degree-12']
const siluTable = [
  [-8, -0.005921, 0.007203, 0, 0],
  [-5, -0.035535, -0.027153, -0.032628, -0.030756],
  [-4, -0.062293, -0.063532, -0.062228, -0.076967],
  [-1, -0.274189, -0.265205, -0.260118, -0.272625],
  [0, 0.008506, 0, -0.01002, 0.005286],
  [0.5, 0.314852, 0.314381, 0.318335, 0.313262],
  [2, 1.76083, 1.753826, 1.753116, 1.761104],
  [4, 3.937707, 3.936468, 3.937772, 3.923033],
  [6, 6, 5.979651, 5.976657, 5.983837],
  [8, 8, 8, 8, 8],
]

describe('published values', () => {
  it.each(geluTable)('GELU at %f', (x, ...values) => {
    geluColumns.forEach((id, column) => {
      expect(at(geluPolynomials, id, x), id).toBeCloseTo(values[column], 5)
    })
  })

  it.each(siluTable)('SiLU at %f', (x, ...values) => {
    siluColumns.forEach((id, column) => {
      expect(at(siluPolynomials, id, x), id).toBeCloseTo(values[column], 5)
    })
  })
})
