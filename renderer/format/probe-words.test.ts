import { expect, it } from 'vitest'
import { probeWords } from './probe-words.ts'

it('an encoder labels, everything else predicts tokens', () => {
  expect(probeWords('nlu').divergence).toBe('Slot-label KL')
  expect(probeWords('nlu').errorNote).not.toContain('teacher')
  for (const task of [undefined, 'language-model', 'text-to-text'] as const) {
    expect(probeWords(task)).toMatchObject({
      divergence: 'Next-token KL',
      agreement: 'Same top token',
    })
  }
})
