import type { ReactNode } from 'react'
import type { Plan, PlanSuite } from '#contract/plans'
import type { Partition, Suite } from '#contract/suites'
import { setExamples, setPartition } from './plan-draft.ts'

const mostExamples = 64

const partitionWords: Readonly<Record<Partition, string>> = {
  test: 'test, as published',
  dev: 'dev',
  train: 'train, seen in fine-tuning',
}

/** What only some suites know: which part of the data, and how many worked examples stand before a question. */
export function SuiteOptions({
  plan,
  suite,
  record,
  onChange,
}: {
  plan: Plan
  suite: PlanSuite
  record: Suite | undefined
  onChange: (plan: Plan) => void
}): ReactNode {
  const title = record?.title ?? suite.id
  const partitions = record?.partitions ?? []
  return (
    <>
      {partitions.length > 1 && (
        <label className="line small" style={{ flexWrap: 'nowrap', fontWeight: 400 }}>
          Partition
          <select
            className="select"
            aria-label={`Partition of ${title}`}
            value={suite.partition ?? 'test'}
            onChange={(event) => {
              const chosen = partitions.find((partition) => partition === event.target.value)
              if (chosen !== undefined) onChange(setPartition(plan, suite.id, chosen))
            }}
          >
            {partitions.map((partition) => (
              <option key={partition} value={partition}>
                {partitionWords[partition]}
              </option>
            ))}
          </select>
        </label>
      )}
      {record?.examples !== undefined && (
        <label
          className="line small"
          style={{ flexWrap: 'nowrap', fontWeight: 400 }}
          title="Before each question, from the training data"
        >
          Worked examples
          <input
            className="input numeric"
            style={{ width: 70 }}
            type="number"
            min={0}
            max={mostExamples}
            aria-label={`Worked examples of ${title}`}
            placeholder={String(record.examples)}
            value={suite.examples ?? ''}
            onChange={(event) => {
              const count = event.target.valueAsNumber
              const isCount = Number.isInteger(count) && count >= 0
              onChange(setExamples(plan, suite.id, isCount ? Math.min(mostExamples, count) : null))
            }}
          />
        </label>
      )}
    </>
  )
}
