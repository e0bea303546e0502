import { Check, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { factsOfLocale } from '#contract/locales'
import type { Response, Score, Utterance } from '#contract/suites'
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

/** What a model took them for, slot by slot right or wrong, and what it missed; of what it was asked for alone. */
export function TakenUtterance({
  utterance,
  understanding,
  scores,
}: {
  utterance: Utterance
  understanding: NonNullable<Response['understanding']>
  scores: readonly Score[]
}): ReactNode {
  const { intent, slots } = askedFor(scores)
  return (
    <div className="stack tight">
      {intent && <TakenIntent utterance={utterance} intent={understanding.intent} />}
      {slots && <TakenSlots utterance={utterance} labels={understanding.labels} />}
    </div>
  )
}

/** A suite that ranks intents says nothing of slots, and one that has slots annotated nothing of the intent. */
function askedFor(scores: readonly Score[]): { intent: boolean; slots: boolean } {
  const has = (name: string) => scores.length === 0 || scores.some((score) => score.name === name)
  return { intent: has('intent_accuracy'), slots: has('slot_f1') }
}

function TakenIntent({ utterance, intent }: { utterance: Utterance; intent: string }): ReactNode {
  const isRight = intent === utterance.intent
  return (
    <p className="line small">
      <span className={`badge ${isRight ? 'good' : 'bad'}`}>
        <Verdict isRight={isRight} />
        <bdi dir="auto">{intent === '' ? '(no intent)' : intent}</bdi>
      </span>
      <span className="soft">
        {isRight ? 'intent right' : `intent wrong, right is ${utterance.intent}`}
      </span>
    </p>
  )
}

function TakenSlots({
  utterance,
  labels,
}: {
  utterance: Utterance
  labels: readonly string[]
}): ReactNode {
  const gold = stretchesOf(utterance.labels).filter(isSlot)
  const stretches = stretchesOf(alignLabels(labels, utterance.words.length))
  const missed = gold.filter((slot) => !isAmong(slot, stretches))
  return (
    <>
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
    </>
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
