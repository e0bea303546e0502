import { describe, expect, it } from 'vitest'
import { bf16ArrayToF32, bf16ToF32, f16ArrayToF32, f16ToF32 } from './half.ts'
import { f32ArrayToBf16, f32ArrayToF16, f32ToBf16, f32ToF16 } from './half.ts'

/** Value of an f16 pattern by its definition (IEEE 754, 3.4), with powers instead of bits. */
function f16ByDefinition(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

describe('f16', () => {
  it('widens every bit pattern to the value its definition gives', () => {
    for (let half = 0; half < 0x10000; half++) {
      expect(Object.is(f16ToF32(half), f16ByDefinition(half)), half.toString(16)).toBe(true)
    }
  })

  it('narrows every value that came from f16 back to its own pattern', () => {
    for (let half = 0; half < 0x10000; half++) {
      const value = f16ToF32(half)
      if (!Number.isNaN(value)) expect(f32ToF16(value)).toBe(half)
    }
  })

  it('rounds halves to even and everything else to the nearest neighbour', () => {
    for (let half = 0; half < 0x7bff; half++) {
      const low = f16ToF32(half)
      const high = f16ToF32(half + 1)
      const middle = (low + high) / 2
      expect(f32ToF16(middle), `tie above ${half.toString(16)}`).toBe(half + (half & 1))
      expect(f32ToF16(middle + (high - low) / 8)).toBe(half + 1)
      expect(f32ToF16(middle - (high - low) / 8)).toBe(half)
    }
  })

  it('keeps the edges of the range: overflow, underflow, NaN, signed zero', () => {
    expect(f32ToF16(65519.99)).toBe(0x7bff)
    expect(f32ToF16(65520)).toBe(0x7c00)
    expect(f32ToF16(-1e30)).toBe(0xfc00)
    expect(f32ToF16(2 ** -25)).toBe(0)
    expect(f32ToF16(2 ** -25 * 1.0001)).toBe(1)
    expect(f32ToF16(-0)).toBe(0x8000)
    expect(f16ToF32(f32ToF16(NaN))).toBeNaN()
  })
})

describe('bf16', () => {
  it('round-trips every pattern that is a number', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = bf16ToF32(bits)
      if (!Number.isNaN(value)) expect(f32ToBf16(value)).toBe(bits)
    }
  })

  it('rounds to nearest, ties to even', () => {
    expect(f32ToBf16(1 + 2 ** -8)).toBe(0x3f80)
    expect(f32ToBf16(1 + 3 * 2 ** -8)).toBe(0x3f82)
    expect(f32ToBf16(1 + 2 ** -8 + 2 ** -20)).toBe(0x3f81)
    expect(f32ToBf16(3.4e38)).toBe(0x7f80)
    expect(bf16ToF32(f32ToBf16(NaN))).toBeNaN()
  })
})

describe('arrays', () => {
  it('convert as the scalars do', () => {
    const values = Float32Array.from([0, -0, 1, 0.1, -65504, 1e-8, 3.14159, Infinity])
    expect([...f32ArrayToF16(values)]).toEqual([...values].map(f32ToF16))
    expect([...f32ArrayToBf16(values)]).toEqual([...values].map(f32ToBf16))
    const words = Uint16Array.from([0x3c00, 0x8001, 0x7bff, 0x0001])
    expect([...f16ArrayToF32(words)]).toEqual([...words].map(f16ToF32))
    expect([...bf16ArrayToF32(words)]).toEqual([...words].map(bf16ToF32))
  })
})
