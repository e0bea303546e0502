/** Every answer of a suite in a comparison with what all judges and people say of it. */
import { labels, scores } from '#db'
import type { LayoutSuite } from './comparison-layout.ts'
import type { Catalog } from './catalog-door.ts'
import type { Services } from './services.ts'

type JudgedAnswer = Parameters<Catalog['agreementsOf']>[0]['answers'][number]

export function judgedAnswers({ db }: Pick<Services, 'db'>, suite: LayoutSuite): JudgedAnswer[] {
  const ids = suite.jobs.flatMap((job) => job?.id ?? [])
  const scored = scores.forJobs(db.read, ids)
  const labelled = labels.forJobs(db.read, ids)
  return suite.jobs.flatMap((job, column): JudgedAnswer[] => {
    if (job === null) return []
    const byPerson = new Map(labelled.get(job.id)?.map((label) => [label.sampleId, label]))
    return Array.from(scored.get(job.id) ?? [], ({ sampleId, scores: given }) => {
      const found = byPerson.get(sampleId)
      const label =
        found === undefined ? null : { says: found.label, expectation: found.expectation }
      return { column, sampleId, label, scores: given }
    })
  })
}
