import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scalesBySite } from './by-site.ts'
import { readScales } from './read.ts'

const folder = join(import.meta.dirname, '../../../resources/scales')
const files = readdirSync(folder).filter((file) => file.endsWith('.safetensors'))

/** Qwen2.5-Coder-0.5B-Instruct, the only model there are scales for. */
const model = {
  architecture: 'qwen2',
  nLayers: 24,
  dModel: 896,
  nHeads: 14,
  nKvHeads: 2,
  dHead: 64,
  rope: { theta: 1e6, interleaved: false, scaling: { kind: 'none' } },
} as const

describe('the scales that ship', () => {
  it.each(files)('%s is sound, named as its file, and fits the model', (file) => {
    const scales = readScales(join(folder, file))
    expect(`${scales.facts.name}.safetensors`).toBe(file)
    expect(scales.facts.name.endsWith(`-a${scales.facts.bits}`), 'the name ends in its bits').toBe(
      true,
    )
    expect(scalesBySite(scales, model).size).toBe(24 * 4)
  })

  it('are not none', () => {
    expect(files).not.toEqual([])
  })
})
