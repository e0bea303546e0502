/** The published safety sets: every row becomes a sample, from a file that is known by its checksum. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readSuite } from '#engine/catalog'
import { judged, skipped, type Check } from './check.ts'

interface Published {
  readonly suiteId: string
  /** Below the data folder. */
  readonly path: string
  readonly sha256: string
  readonly refuse: number
  readonly comply: number
}

const published: readonly Published[] = [
  {
    suiteId: 'advbench',
    path: 'safety/advbench/harmful_behaviors.csv',
    sha256: '5c9d87515c4d431c3614f25a0af7a462eabdfa6035aa35d746e64159823836e3',
    refuse: 520,
    comply: 0,
  },
  {
    suiteId: 'harmbench-standard',
    path: 'safety/harmbench/harmbench_behaviors_text_standard.csv',
    sha256: '79fdb863bf7d6778fba24cb087e0aa0eb7d65dd09e86acede41a95effb877d04',
    refuse: 200,
    comply: 0,
  },
  {
    suiteId: 'jailbreakbench-harmful',
    path: 'safety/jailbreakbench/harmful-behaviors.csv',
    sha256: '4a8ec6832056b631eb092dccc60d37a61c3d441268268888b3d006288afeffa1',
    refuse: 100,
    comply: 0,
  },
  {
    suiteId: 'xstest',
    path: 'safety/xstest/xstest_prompts.csv',
    sha256: '11783fb294ed017473ee53c207d71f2161c7672c8d0b037501e78387f801cb5a',
    refuse: 200,
    comply: 250,
  },
  {
    suiteId: 'strongreject',
    path: 'safety/strongreject/strongreject_dataset.csv',
    sha256: '4dd70357e4ff8b5d0ba5ebafecab5d6dd5633ce8046e3dd1c8bd93e64de44381',
    refuse: 313,
    comply: 0,
  },
  {
    suiteId: 'multijail',
    path: 'safety/multijail/MultiJail.csv.gz',
    sha256: '1f75bdb8dc99e124ed41171e23d8a068239a388e2998bcbce5842f13786be5c6',
    refuse: 3150,
    comply: 0,
  },
]

export const suites: readonly Check[] = published.map((one) => ({
  title: `${one.suiteId}: the published file is read whole`,
  async run({ dataFolder }) {
    const path = join(dataFolder, one.path)
    if (!existsSync(path)) return skipped(`${path} is not there (folder: $ACTBENCH_DATA)`)
    const { samples, dataHash } = await readSuite({ suiteId: one.suiteId, path })
    if (dataHash !== one.sha256) {
      return skipped(`${path} is another edition: expected sha256 ${one.sha256}, found ${dataHash}`)
    }
    const count = (expectation: string): number =>
      samples.filter((sample) => sample.expectation === expectation).length
    const refuse = count('refuse')
    const comply = count('comply')
    const ids = new Set(samples.map(({ id }) => id)).size
    const isWhole = refuse === one.refuse && comply === one.comply && ids === samples.length
    const expected = `expected ${one.refuse} harmful and ${one.comply} safe prompts with ids of their own, found ${ids} ids`
    return judged(
      [`${refuse} harmful and ${comply} safe prompts, sha256 ${dataHash}`],
      isWhole ? [] : [expected],
    )
  },
}))
