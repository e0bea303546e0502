/**
 * Half precision: IEEE 754 binary16 ("f16") and bfloat16 ("bf16") to float32 and back.
 * Widening is exact. Narrowing rounds to nearest, ties to even, as PyTorch and numpy do.
 */

const wordFloat = new Float32Array(1)
const wordBits = new Uint32Array(wordFloat.buffer)

/** float32 value of every f16 bit pattern: 256 KiB, built once, because dequantisation asks millions of times. */
const f16Values: Float32Array = buildF16Values()

function buildF16Values(): Float32Array {
  const bits = new Uint32Array(0x10000)
  for (let half = 0; half < 0x10000; half++) bits[half] = widenF16Bits(half)
  return new Float32Array(bits.buffer)
}

function widenF16Bits(half: number): number {
  const sign = (half & 0x8000) << 16
  const exponent = (half >> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0x1f) return (sign | 0x7f800000 | (fraction << 13)) >>> 0
  if (exponent !== 0) return (sign | ((exponent + 112) << 23) | (fraction << 13)) >>> 0
  if (fraction === 0) return sign >>> 0
  // Subnormal: shift the leading one into the hidden bit; f32 has room for every one of them.
  const shift = Math.clz32(fraction) - 21
  return (sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13)) >>> 0
}

/** float32 value of one f16 bit pattern (0..0xffff). Exact. */
export function f16ToF32(half: number): number {
  return f16Values[half & 0xffff]
}

/** f16 bit pattern nearest to `value` (first rounded to float32), ties to even; overflow gives infinity. */
export function f32ToF16(value: number): number {
  wordFloat[0] = value
  const bits = wordBits[0]
  const sign = (bits >>> 16) & 0x8000
  const magnitude = bits & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00 | ((magnitude >> 13) & 0x3ff)
  // 65520, halfway between the largest f16 and 2^16, already rounds up to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00
  if (magnitude >= 0x38800000) {
    const rebased = magnitude - (112 << 23)
    return sign | ((rebased + 0xfff + ((rebased >> 13) & 1)) >> 13)
  }
  // Below half the smallest subnormal (2^-25) everything is zero, and the tie itself goes to even: zero.
  if (magnitude <= 0x33000000) return sign
  const shift = 126 - (magnitude >> 23)
  const fraction = (magnitude & 0x7fffff) | 0x800000
  const quotient = fraction >>> shift
  const rest = fraction & ((1 << shift) - 1)
  const half = 1 << (shift - 1)
  const roundsUp = rest > half || (rest === half && (quotient & 1) === 1)
  return sign | (quotient + (roundsUp ? 1 : 0))
}

/** float32 value of one bf16 bit pattern (0..0xffff). Exact. */
export function bf16ToF32(bits: number): number {
  wordBits[0] = (bits & 0xffff) << 16
  return wordFloat[0]
}

/** bf16 bit pattern nearest to `value` (first rounded to float32), ties to even; NaN stays a quiet NaN. */
export function f32ToBf16(value: number): number {
  wordFloat[0] = value
  const bits = wordBits[0]
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff
}

/** float32 values of an array of f16 bit patterns, same length. */
export function f16ArrayToF32(halves: Uint16Array): Float32Array {
  const out = new Float32Array(halves.length)
  for (let i = 0; i < halves.length; i++) out[i] = f16Values[halves[i]]
  return out
}

/** f16 bit patterns of an array of float32 values, same length. */
export function f32ArrayToF16(values: Float32Array): Uint16Array {
  const out = new Uint16Array(values.length)
  for (let i = 0; i < values.length; i++) out[i] = f32ToF16(values[i])
  return out
}

/** float32 values of an array of bf16 bit patterns, same length. */
export function bf16ArrayToF32(words: Uint16Array): Float32Array {
  const bits = new Uint32Array(words.length)
  for (let i = 0; i < words.length; i++) bits[i] = words[i] << 16
  return new Float32Array(bits.buffer)
}

/** bf16 bit patterns of an array of float32 values, same length. */
export function f32ArrayToBf16(values: Float32Array): Uint16Array {
  const out = new Uint16Array(values.length)
  for (let i = 0; i < values.length; i++) out[i] = f32ToBf16(values[i])
  return out
}
