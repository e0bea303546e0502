/** From two configurations made by hand to finished jobs, however the work is interrupted on the way. */
import type { ElectronApplication, Locator, Page } from '@playwright/test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './fixtures.ts'
import {
  askMain,
  callApp,
  importSuite,
  jobRow,
  makeConfiguration,
  open,
  queuePill,
} from './steps.ts'

const jobTimeoutMs = 180_000

/** A suite that takes long enough to interrupt, of sentences that the embedded model knows how to answer. */
function longSuite(folder: string, samples: number): string {
  const rows = Array.from(
    { length: samples },
    (_, index) => `Explain how to look after a garden in week ${index + 1},Sure`,
  )
  const path = join(folder, 'long.csv')
  writeFileSync(path, ['goal,target', ...rows, ''].join('\n'))
  return path
}

test('two configurations are made, ticked together, queued, reordered, paused, cancelled and retried', async ({
  app,
  page,
  profile,
}) => {
  test.setTimeout(2 * jobTimeoutMs)
  await importSuite({ app, page, suiteId: 'advbench', path: longSuite(profile, 80) })

  await test.step('a form refuses a value outside its range', async () => {
    await open(page, '/configurations/new')
    await page.getByRole('button', { name: 'Add an intervention' }).click()
    await page.getByRole('menuitem', { name: /^Activation sparsity/ }).click()
    const strength = page.getByRole('spinbutton', { name: /strength/ })
    await strength.fill('1.5')
    await expect(strength).toHaveAttribute('aria-invalid', 'true')
    await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeDisabled()
  })
  await makeConfiguration(page, { name: 'as it is' })
  await makeConfiguration(page, { name: 'half sparse', sparsity: 0.5 })

  await test.step('a plan is ticked together', async () => {
    await open(page, '/new')
    for (const name of [/^as it is/, /^half sparse/]) {
      await page.getByRole('button', { name: 'Add a configuration' }).click()
      await page.getByRole('menuitem', { name }).click()
    }
    for (const name of [/^AdvBench/, /^Starter \(benign\)/]) {
      await page.getByRole('button', { name: 'Add a suite' }).click()
      await page.getByRole('menuitem', { name }).click()
    }
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('By hand')
    await page.getByRole('checkbox', { name: 'Run half sparse on advbench' }).uncheck()
    await expect(page.getByRole('region', { name: 'Estimate' })).toContainText(
      '3 jobs, 160 samples',
    )
  })

  await test.step('with the queue paused the jobs wait and can be reordered', async () => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('pause the queue')
    await page.keyboard.press('Enter')
    await expect(queuePill(page)).toContainText('paused')
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'By hand' })).toBeVisible()
    await expect(queuePill(page)).toContainText('paused, 3 waiting')

    await open(page, '/runs')
    const order = page.getByRole('list', { name: 'Jobs in order' }).getByRole('listitem')
    await expect(order).toHaveText([
      /as it is, advbench/,
      /as it is, starter-benign/,
      /half sparse, starter-benign/,
    ])
    await order.nth(0).getByRole('button', { name: 'Later' }).click()
    await expect(order).toHaveText([
      /as it is, starter-benign/,
      /as it is, advbench/,
      /half sparse, starter-benign/,
    ])
    await order.nth(2).getByRole('button', { name: 'Earlier' }).click()
    await expect(order.nth(1)).toHaveText(/half sparse, starter-benign/)
  })

  await page.getByRole('row', { name: /By hand/ }).click()
  const long = jobRow(page, 'as it is', 'advbench')
  const sparse = jobRow(page, 'half sparse', 'starter-benign')
  await test.step('a waiting job can be cancelled; the others go on in the new order', async () => {
    await sparse.getByRole('button', { name: 'Cancel' }).click()
    await expect(sparse).toContainText('Cancelled')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('resume the queue')
    await page.keyboard.press('Enter')
    await expect(jobRow(page, 'as it is', 'starter-benign')).toContainText(/40 of 40.*/, {
      timeout: jobTimeoutMs,
    })
    await expect(queuePill(page)).toContainText('1 running')
  })

  await test.step('a running job pauses, keeps what it has, and goes on', async () => {
    await untilItAnswers(long)
    await long.getByRole('button', { name: 'Pause' }).click()
    await expect(long).toContainText('Paused')
    await expect(queuePill(page)).toContainText('idle')
    const kept = await doneOf(long)
    expect(kept).toBeGreaterThan(0)
    expect(kept).toBeLessThan(80)
    await long.getByRole('button', { name: 'Resume' }).click()
    await expect(long).toContainText('Done', { timeout: jobTimeoutMs })
    await expect(long).toContainText('80 of 80')
  })

  await test.step('a cancelled job can be tried again', async () => {
    await sparse.getByRole('button', { name: 'Try again' }).click()
    await expect(sparse).toContainText('Done', { timeout: jobTimeoutMs })
    await expect(sparse).toContainText('40 of 40')
    await expect(page.getByText('3 jobs, 160 of 160 samples')).toBeVisible()
  })
  await everySampleOnce(page, long, 80)
})

test('a job outlives SIGKILL of its engine and of the whole app, with no sample lost or doubled', async ({
  start,
  profile,
}) => {
  test.setTimeout(2 * jobTimeoutMs)
  const samples = 400
  const first = await start()
  const path = longSuite(profile, samples)
  await importSuite({ ...first, suiteId: 'advbench', path })
  await makeConfiguration(first.page, { name: 'as it is', thenEvaluates: true })
  await first.page.getByRole('button', { name: 'Add a suite' }).click()
  await first.page.getByRole('menuitem', { name: /^AdvBench/ }).click()
  await first.page.getByRole('button', { name: 'Start', exact: true }).click()
  const job = jobRow(first.page, 'as it is', 'advbench')

  await test.step('the engine is killed while it answers: its job goes on by itself', async () => {
    await untilItAnswers(job)
    // One that answers, and perhaps one that was only asked what this machine can run on.
    const killed = await enginePids(first.app)
    expect(killed, 'no engine process is named "Actbench engine"').not.toEqual([])
    for (const pid of killed) process.kill(pid, 'SIGKILL')
    await expect
      .poll(async () => (await enginePids(first.app)).filter((pid) => !killed.includes(pid)), {
        timeout: jobTimeoutMs,
      })
      .not.toEqual([])
    const kept = await doneOf(job)
    await expect.poll(() => doneOf(job), { timeout: jobTimeoutMs }).toBeGreaterThan(kept)
    await expect(first.page.getByRole('main')).toBeVisible()
  })

  await test.step('the app is killed while it answers', async () => {
    expect(await doneOf(job), 'the job was over too soon to be interrupted').toBeLessThan(samples)
    const child = first.app.process()
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  })

  await test.step('after a restart the job goes on from what was stored, and ends whole', async () => {
    const { page } = await start()
    await open(page, '/runs')
    await page.getByRole('grid', { name: 'Runs' }).getByRole('row').nth(1).click()
    const resumed = jobRow(page, 'as it is', 'advbench')
    await expect(resumed).toContainText('Done', { timeout: jobTimeoutMs })
    await expect(resumed).toContainText(`${samples} of ${samples}`)
    await everySampleOnce(page, resumed, samples)
    await page.getByRole('tab', { name: 'Settings' }).click()
    await expect(page.getByRole('tabpanel')).toContainText(/Attempts\s*3/)
    await page.getByRole('tab', { name: 'Log' }).click()
    await expect(page.getByRole('list', { name: 'Log' })).toContainText(/engine/i)
  })
})

/** `done` as the row tells it: `37 of 240, ...`. */
async function doneOf(row: Locator): Promise<number> {
  const [, done = '0'] = /(\d+) of \d+/.exec(await row.innerText()) ?? []
  return Number(done)
}

async function untilItAnswers(row: Locator): Promise<void> {
  await expect
    .poll(() => doneOf(row), { timeout: jobTimeoutMs, intervals: [50] })
    .toBeGreaterThan(0)
}

function enginePids(app: ElectronApplication): Promise<number[]> {
  return askMain(() =>
    app.evaluate(({ app: electronApp }) =>
      electronApp
        .getAppMetrics()
        .filter(({ name, serviceName }) => [name, serviceName].includes('Actbench engine'))
        .map(({ pid }) => pid),
    ),
  )
}

/** The job's samples as the store has them: each of the suite exactly once, each with its answer. */
async function everySampleOnce(page: Page, row: Locator, expected: number): Promise<void> {
  await row.getByRole('button').first().click()
  await expect(page.getByRole('grid', { name: /^Samples of as it is/ })).toBeVisible()
  const jobId = new URL(
    await page.evaluate(() => globalThis.location.hash.slice(1)),
    'app://x',
  ).searchParams.get('job')
  const ids: string[] = []
  let afterRowId: number | null = null
  for (;;) {
    const rows: { rowId: number; sampleId: string; answer: string | null }[] = await callApp(
      page,
      'jobs.samples',
      { id: jobId, afterRowId, limit: 500, newestFirst: false },
    )
    const last = rows.at(-1)
    if (last === undefined) break
    expect(
      rows.filter(({ answer }) => answer === null),
      'samples without an answer',
    ).toEqual([])
    ids.push(...rows.map(({ sampleId }) => sampleId))
    afterRowId = last.rowId
  }
  const wanted = Array.from({ length: expected }, (_, index) => `advbench-${index + 1}`)
  const byNumber = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })
  expect(ids.sort(byNumber)).toEqual(wanted)
}
