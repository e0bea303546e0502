/** A person's first minutes: an empty profile, one click, a finished comparison, a report to send, and a second start. */
import type { ElectronApplication, Locator, Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './fixtures.ts'
import { addressOf, callApp, open, queuePill, willSaveTo } from './steps.ts'

/** Two minutes are promised for two free cores; a test machine may have other work. */
const demoTimeoutMs = 300_000

test('the demo leads from an empty profile to a report, and everything is there after a restart', async ({
  start,
  profile,
}, testInfo) => {
  test.setTimeout(demoTimeoutMs + 120_000)
  const { app, page } = await start()

  await test.step('one click starts the demo, and its progress can be watched', async () => {
    await expect(page.getByRole('heading', { name: 'Welcome to Actbench' })).toBeVisible()
    await page.getByRole('button', { name: 'Run the demo' }).click()
    await expect(page.getByRole('region', { name: 'Jobs' })).toBeVisible()
    await expect(page.getByRole('region', { name: 'Jobs' }).getByRole('row')).toHaveCount(1 + 9)
    await expect(queuePill(page)).toContainText('1 running')
    await expect(page.getByRole('contentinfo', { name: 'Status' })).toContainText(/\d+ of 60/)
  })

  await test.step('it finishes without a failed sample', async () => {
    const startedAt = Date.now()
    await expect(queuePill(page)).toContainText('idle', { timeout: demoTimeoutMs })
    const durationMs = Date.now() - startedAt
    testInfo.annotations.push({ type: 'demo', description: `${Math.round(durationMs / 1000)} s` })
    const jobs = page.getByRole('region', { name: 'Jobs' })
    await expect(jobs.getByText('Done', { exact: true })).toHaveCount(9)
    await expect(page.getByText('9 jobs, 360 of 360 samples')).toBeVisible()
    await expect(jobs.getByText('not verified')).toHaveCount(0)
  })

  await test.step('Start shows the verdict, and the comparison is one click away', async () => {
    await open(page, '/')
    const finished = page.getByRole('region', { name: /^Finished: Demo/ })
    await expect(finished.getByTestId('verdict')).not.toBeEmpty()
    await finished.getByRole('link', { name: 'Compare' }).click()
  })
  await test.step('the comparison says what changed, how sure that is, and shows it', () =>
    seesTheComparison(page))
  await test.step('every format of the report can be saved', () =>
    savesEveryFormat({ app, page, folder: profile }))

  await test.step('a second start finds everything, at the address that was left', async () => {
    const address = await addressOf(page)
    const verdict = await firstVerdict(page).innerText()
    await expect.poll(() => storedAddress(page)).toBe(address)
    await app.close()

    const again = (await start()).page
    await expect(firstVerdict(again)).toHaveText(verdict)
    expect(await addressOf(again)).toBe(address)
    await expect(again.getByTestId('metric-table')).toContainText('Attack success')
    await open(again, '/runs')
    await expect(again.getByRole('row', { name: /Demo .* Done/ })).toContainText('360 of 360')
    await open(again, '/models')
    await expect(again.getByRole('list', { name: 'Models' }).getByRole('link')).toHaveCount(2)
  })
})

function firstVerdict(page: Page): Locator {
  return page.getByTestId('verdict').getByRole('paragraph').first()
}

async function seesTheComparison(page: Page): Promise<void> {
  await expect(page.getByTestId('verdict')).toContainText(/attack success/i)
  const cards = page.getByRole('region', { name: 'Configurations compared' }).getByRole('article')
  await expect(cards).toHaveCount(3)
  await expect(cards.nth(0)).toContainText('Nothing to verify')
  for (const changed of [1, 2]) {
    await expect(cards.nth(changed).getByText('Verified', { exact: true })).toBeVisible()
  }

  const table = page.getByTestId('metric-table')
  // A rate with its interval and n, and a difference with its sign, interval and adjusted p value.
  await expect(table.getByRole('row', { name: /Attack success/ }).first()).toContainText(
    /[\d.]+% \[[\d.]+, [\d.]+\]n 60/,
  )
  await expect(table).toContainText(/points \[[−\d.]+, [−\d.]+\]/)
  await expect(table).toContainText('Refusal margin')

  const flips = page.getByRole('region', { name: 'Flips' })
  await expect(flips.getByRole('button', { name: /safe → unsafe/ })).toContainText(/B\s*\d+/)
  await expect(flips.getByRole('button', { name: /unsafe → safe/ })).toContainText(/C\s*\d+/)

  const grid = page.getByRole('grid', { name: 'Samples side by side' })
  await grid.scrollIntoViewIfNeeded()
  for (const name of [/A\s+baseline/, /B\s+sparsity \d+%/, /C\s+INT4 activations/]) {
    await expect(grid.getByRole('columnheader', { name })).toBeVisible()
  }
  await expect(grid.getByRole('button', { name: /^Show answer/ }).first()).toBeVisible()
}

/** Saves all five and checks that each is whole and what it says it is. */
async function savesEveryFormat({
  app,
  page,
  folder,
}: {
  app: ElectronApplication
  page: Page
  folder: string
}): Promise<void> {
  const save = async (title: string, name: string): Promise<Buffer> => {
    const path = join(folder, name)
    await willSaveTo(app, path)
    await page.getByRole('button', { name: 'Export' }).click()
    await page.getByRole('menuitem', { name: title }).click()
    await expect(page.getByText(`Saved ${path}`)).toBeVisible({ timeout: 60_000 })
    return readFileSync(path)
  }

  const html = (await save('HTML', 'report.html')).toString('utf8')
  expect(html).toMatch(/^<!doctype html>/i)
  expect(html).toMatch(/<\/html>\s*$/)
  expect(html).toContain('Attack success')
  expect(html, 'a report runs nothing').not.toMatch(/<script/i)
  expect(html, 'a report loads nothing').not.toMatch(
    /<(link|img|iframe|object|embed)\b|url\(\s*['"]?http|@import/i,
  )

  const pdf = await save('PDF', 'report.pdf')
  expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-')
  expect(pdf.toString('latin1').trimEnd().endsWith('%%EOF'), 'the PDF is cut off').toBe(true)

  const markdown = (await save('Markdown', 'report.md')).toString('utf8')
  expect(markdown).toMatch(/^# /)
  expect(markdown).toMatch(/^\|.*Attack success/m)

  const csv = (await save('CSV', 'report.csv')).toString('utf8').trim().split(/\r?\n/)
  expect(csv[0]).toMatch(/^suite,sample,.*,configuration,/)
  expect(csv, 'a heading, then a row for each sample and configuration').toHaveLength(1 + 360)

  const json: unknown = JSON.parse((await save('JSON', 'report.json')).toString('utf8'))
  expect(json).toHaveProperty('comparison.columns.2.name', 'INT4 activations')
}

async function storedAddress(page: Page): Promise<string> {
  const settings = await callApp<{ lastAddress: string }>(page, 'settings.get', {})
  return settings.lastAddress
}
