/** Labels by a person: a blind sample to label, and what the labels say of the judges. */
import type { CallInput } from '#contract/calls'
import { ActbenchError } from '#contract/errors'
import type { LabelItem, LabelReport } from '#contract/labels'
import { labels } from '#db'
import { layOutComparison } from './comparison-layout.ts'
import { judgedAnswers } from './judged-answers.ts'
import type { ReadingServices, Services } from './services.ts'

/**
 * Answers of a suite, the same number from each column, in an order that tells nothing. The same comparison, size and
 * seed draw the same answers, so that labelling can go on later. Throws `invalid-input` when there is nothing to label.
 */
export function drawLabels(
  { db, catalog }: Services,
  { spec, suiteId, size, seed }: CallInput<'labels.draw'>,
): LabelItem[] {
  const [suite] = layOutComparison(db, { ...spec, suites: [suiteId] }).suites
  const found = suite?.jobs.flatMap((job) => job ?? []) ?? []
  const strata = found.map(({ id }) => labels.candidates(db.read, id))
  const drawn = catalog.drawEvenly({ strata, size, seed })
  if (drawn.length > 0) return labels.items(db.read, drawn)
  throw new ActbenchError({
    code: 'invalid-input',
    message: `Suite ${suiteId} has no answers to label in these runs`,
    remedy: 'Choose a suite whose prompts are to be answered or refused, after it has run.',
  })
}

export function setLabel({ db, clock }: Services, { rowId, label }: CallInput<'labels.set'>): null {
  labels.set(db.write, { rowId, label, now: clock() })
  return null
}

/** Accuracy of every judge over all labels of these answers, whichever draw they came from. */
export function reportLabels(
  services: ReadingServices,
  { spec, suiteId }: CallInput<'labels.report'>,
): LabelReport {
  const { db, catalog } = services
  const { columns, suites } = layOutComparison(db, { ...spec, suites: [suiteId] })
  return catalog.assessJudges({
    columns: columns.map(({ name }) => name),
    answers: suites.flatMap((suite) => judgedAnswers(services, suite)),
  })
}
