import { Check, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { factsOfLocale } from '#contract/locales'
import type { Response, Utterance } from '#contract/suites'
import {
  alignLabels,
  isAmong,
  isSlot,
  joinerOf,
  stretchesOf,
  type Stretch,
} from '../format/slots.ts'

/** What the words of an utterance should be taken for. */
export function GoldUtterance({ utterance }: { utterance: Utterance }): ReactNode {
  const { language, script } = factsOfLocale(utterance.locale)
  return (
    <div className="stack tight">
      <p className="line small">
        <span className="badge">{utterance.intent}</span>
        <span className="soft">
          {language}, {script}
        </span>
      </p>
      <Words utterance={utterance} stretches={stretchesOf(utterance.labels)} toneOf={() => ''} />
    </div>
  )
}

/** What a model took them for, slot by slot right or wrong, and what it missed. */
export function TakenUtterance({
  utterance,
  understanding,
}: {
  utterance: Utterance
  understanding: NonNullable<Response['understanding']>
}): ReactNode {
  const gold = stretchesOf(utterance.labels).filter(isSlot)
  const stretches = stretchesOf(alignLabels(understanding.labels, utterance.words.length))
  const missed = gold.filter((slot) => !isAmong(slot, stretches))
  const isRight = understanding.intent === utterance.intent
  return (
    <div className="stack tight">
      <p className="line small">
        <span className={`badge ${isRight ? 'good' : 'bad'}`}>
          <Verdict isRight={isRight} />
          <bdi dir="auto">{understanding.intent === '' ? '(no intent)' : understanding.intent}</bdi>
        </span>
        <span className="soft">
          {isRight ? 'intent right' : `intent wrong, right is ${utterance.intent}`}
        </span>
      </p>
      <Words
        utterance={utterance}
        stretches={stretches}
        toneOf={(stretch) => (isAmong(stretch, gold) ? 'right' : 'wrong')}
      />
      {missed.length > 0 && (
        <p className="small">
          <span className="soft">Missed: </span>
          {missed.map((slot, index) => (
            <span key={slot.first}>
              {index > 0 && ', '}
              {slot.label} (<bdi lang={utterance.locale}>{textOf(utterance, slot)}</bdi>)
            </span>
          ))}
        </p>
      )}
    </div>
  )
}

function textOf({ words, locale }: Utterance, { first, last }: Stretch): string {
  return words.slice(first, last + 1).join(joinerOf(locale))
}

/** In the direction of the language; each slot is a box of its own, so that its name cannot turn the order of the words. */
function Words({
  utterance,
  stretches,
  toneOf,
}: {
  utterance: Utterance
  stretches: readonly Stretch[]
  toneOf: (stretch: Stretch) => '' | 'right' | 'wrong'
}): ReactNode {
  const { locale } = utterance
  return (
    <p className="utterance" lang={locale} dir={factsOfLocale(locale).direction}>
      {stretches.map((stretch, index) => {
        const text = textOf(utterance, stretch)
        const tone = toneOf(stretch)
        return (
          <span key={stretch.first}>
            {index > 0 && joinerOf(locale)}
            {isSlot(stretch) ? (
              <span className={`slot ${tone}`}>
                <bdi>{text}</bdi>
                <span className="slot-name" lang="en" dir="ltr">
                  {tone !== '' && <Verdict isRight={tone === 'right'} />}
                  {stretch.label}
                </span>
              </span>
            ) : (
              <bdi>{text}</bdi>
            )}
          </span>
        )
      })}
    </p>
  )
}

function Verdict({ isRight }: { isRight: boolean }): ReactNode {
  return isRight ? (
    <Check size={11} role="img" aria-label="right" />
  ) : (
    <X size={11} role="img" aria-label="wrong" />
  )
}
