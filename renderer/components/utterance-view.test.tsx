import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { Score, Utterance } from '#contract/suites'
import { TakenUtterance } from './utterance-view.tsx'

const utterance: Utterance = {
  ...{ locale: 'en-US', intent: 'alarm_set', words: ['at', 'six'], labels: ['Other', 'time'] },
}

function shown(names: readonly string[], understanding: { intent: string; labels: string[] }) {
  const scores = names.map((name): Score => ({
    ...{ scorer: 's', variant: 'v', version: 1, name, value: 1, weight: 1 },
    ...{ label: 'right', evidence: null },
  }))
  return renderToStaticMarkup(
    <TakenUtterance
      utterance={utterance}
      understanding={{ ...understanding, intentLogProb: null }}
      scores={scores}
    />,
  )
}

describe('what a model took an utterance for', () => {
  it('has no slots missed where it was asked for the intent alone', () => {
    const html = shown(['intent_accuracy'], { intent: 'alarm_set', labels: [] })
    expect(html).toContain('intent right')
    expect(html).not.toContain('Missed')
  })

  it('has no wrong intent where it was asked for the slots alone', () => {
    const html = shown(['slot_f1'], { intent: '', labels: ['Other', 'Other'] })
    expect(html).not.toContain('intent')
    expect(html).toContain('Missed')
  })

  it('has both where both were asked for, also of an empty output', () => {
    const html = shown(['intent_accuracy', 'slot_f1'], { intent: '', labels: [] })
    expect(html).toContain('(no intent)')
    expect(html).toContain('Missed')
  })
})
