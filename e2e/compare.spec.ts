/** Reading a finished comparison: what changed sides, what was said, and that nothing which was said is ever run. */
import type { Locator, Page } from '@playwright/test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from './demo-profile.ts'
import { expect } from './fixtures.ts'
import { addressOf, callApp, importSuite, open, textOf, willSaveTo } from './steps.ts'

const runTimeoutMs = 120_000

function sampleGrid(page: Page): Locator {
  return page.getByRole('grid', { name: 'Samples side by side' })
}

function sampleRows(page: Page): Locator {
  return sampleGrid(page)
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') })
}

function pane(page: Page): Locator {
  return page.getByRole('complementary')
}

test('samples are found by what changed and by what they say, and are covered until asked for', async ({
  page,
}) => {
  await open(page, '/compare')
  await expect(page.getByTestId('verdict')).not.toBeEmpty()

  await test.step('a flip count leads to the samples behind it', async () => {
    const flips = page.getByRole('region', { name: 'Flips' })
    const toUnsafe = flips.getByRole('button', { name: /^safe → unsafe/ })
    const counts = [...(await toUnsafe.innerText()).matchAll(/[BC]\s+(\d+)/g)].map(numberIn)
    expect(counts, 'one count for each configuration beside the baseline').toHaveLength(2)
    expect(Math.max(...counts), 'the demo shows no flip at all').toBeGreaterThan(0)
    await toUnsafe.click()
    await expect(toUnsafe).toHaveAttribute('aria-pressed', 'true')
    await expect(page.getByRole('combobox', { name: 'Which samples' })).toHaveValue('raised')
    await expect(sampleRows(page).first()).toContainText('changed')
    await expect(sampleRows(page).filter({ hasNotText: 'changed' })).toHaveCount(0)
    const shown = Number(await page.locator('#samples .count').innerText())
    expect(shown).toBeGreaterThanOrEqual(Math.max(...counts))
    expect(shown).toBeLessThanOrEqual(counts[0]! + counts[1]!)
    await toUnsafe.click()
    await expect(page.locator('#samples .count')).toHaveText('60')
  })

  await test.step('an open sample keeps harmful text covered until it is asked for', async () => {
    await sampleRows(page).first().locator('.mono').click()
    await expect(pane(page).getByText('refusal-keywords', { exact: false }).first()).toBeVisible()
    const cover = pane(page).getByRole('button', { name: /^Show prompt/ })
    const [, length = ''] = /\((\d+) char/.exec(await cover.innerText()) ?? []
    await cover.click()
    await expect(cover).toHaveCount(0)
    const prompt = await pane(page).locator('.answer-text').first().innerText()
    expect(Array.from(prompt)).toHaveLength(Number(length))
    await expect(pane(page).getByRole('button', { name: /^Show answer/ })).toHaveCount(3)
    await page.keyboard.press('Escape')
    await expect(pane(page)).toHaveCount(0)
  })

  await test.step('search reads prompts and answers whole', async () => {
    await page
      .getByTestId('metric-table')
      .getByRole('row', { name: /Over-refusal/ })
      .first()
      .getByRole('button')
      .click()
    await expect(page.locator('#samples .count')).toHaveText('40')
    const prompt = await sampleRows(page).nth(3).getByRole('gridcell').nth(1).innerText()
    const word = prompt.split(/\W+/).sort((a, b) => b.length - a.length)[0] ?? ''
    expect(word.length).toBeGreaterThan(3)
    await page.getByRole('searchbox', { name: 'Search prompts and answers' }).fill(word)
    await expect(page.locator('#samples .count')).not.toHaveText('40')
    await expect(sampleRows(page).filter({ hasText: prompt })).toHaveCount(1)
    const hasWord = new RegExp(word.slice(0, 4), 'i')
    await expect(sampleRows(page).filter({ hasNotText: hasWord })).toHaveCount(0)
  })

  await test.step('another baseline turns the differences around', async () => {
    const before = await textOf(page.getByTestId('verdict'))
    await page
      .getByRole('combobox', { name: 'Baseline' })
      .selectOption({ label: 'INT4 activations' })
    const cards = page.getByRole('region', { name: 'Configurations compared' }).getByRole('article')
    await expect(
      cards.filter({ hasText: 'INT4 activations' }).getByText('baseline', { exact: true }),
    ).toHaveCount(1)
    await expect(page.getByTestId('verdict')).not.toHaveText(before)
    expect(await addressOf(page)).toContain('baseline=')
  })
})

test('the comparison is read without a mouse', async ({ page }) => {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog', { name: 'Find anything' })).toBeVisible()
  await page.keyboard.type('compare')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('verdict')).not.toBeEmpty()
  await expect(sampleRows(page).first()).toBeVisible()

  await page.keyboard.press('/')
  await expect(page.getByRole('searchbox', { name: 'Search prompts and answers' })).toBeFocused()
  await tabTo(page, sampleGrid(page))
  const first = await activeSample(page)
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  const third = await activeSample(page)
  await page.keyboard.press('k')
  const second = await activeSample(page)
  expect(new Set([first, second, third]).size, 'j and k move by one row').toBe(3)

  await page.keyboard.press('Enter')
  await expect(pane(page)).toBeVisible()
  await expect(pane(page).getByRole('heading', { level: 2 })).toHaveText(second)
  await page.keyboard.press('Escape')
  await expect(pane(page)).toHaveCount(0)
  await expect(sampleGrid(page), 'Esc lost the place').toBeFocused()
  expect(await activeSample(page)).toBe(second)
})

test('markup in prompts and names stays text, in the app and in the report', async ({
  app,
  page,
  profile,
}) => {
  test.setTimeout(runTimeoutMs + 120_000)
  const hostile = `<img src="x" onerror="window.wasRun = 'prompt'">`
  const csv = join(profile, 'hostile.csv')
  const rows = [
    `How do I water ${hostile} plants?`,
    `</td><script>window.wasRun = 'script'</script>`,
  ]
  writeFileSync(
    csv,
    [
      'id,prompt,type,label',
      ...rows.map(
        (prompt, index) => `${index + 1},"${prompt.replaceAll('"', '""')}",${quoted(hostile)},safe`,
      ),
    ].join('\n'),
  )
  await importSuite({ app, page, suiteId: 'xstest', path: csv })
  await expect(page.getByText(rows[0]!)).toBeVisible()

  await open(page, '/new')
  await page.getByRole('button', { name: 'Paste a plan' }).click()
  await page.getByRole('textbox', { name: 'Plan' }).fill(hostilePlan)
  await page.getByRole('button', { name: 'Use it' }).click()
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(page.getByText('4 of 4 samples')).toBeVisible({ timeout: runTimeoutMs })
  await page.getByRole('main').getByRole('link', { name: 'Compare' }).click()
  await expect(page.getByTestId('verdict')).not.toBeEmpty()
  await expect(sampleRows(page)).toHaveCount(2)
  await expect(sampleGrid(page).getByText(rows[0]!)).toBeVisible()
  await sampleGrid(page).getByText(rows[1]!).click()
  await expect(pane(page).getByText(rows[1]!).first()).toBeVisible()
  await expectNothingRan(page)

  const report = join(profile, 'hostile.html')
  await willSaveTo(app, report)
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitemcheckbox', { name: /^With prompts and answers/ }).click()
  await page.getByRole('menuitem', { name: 'HTML' }).click()
  await expect(page.getByText(`Saved ${report}`)).toBeVisible({ timeout: 30_000 })
  const html = readFileSync(report, 'utf8')
  expect(html).toContain('&lt;img src=')
  expect(html).toContain('&lt;/td&gt;&lt;script&gt;')
  expect(html).not.toMatch(/<img|<script/i)
})

const hostilePlan = `version: 1
name: 'Hostile <b onclick="window.wasRun = 1">names</b>'
configurations:
  - name: plain
    modelId: actbench-tiny
    provider: cpu
    decoding: { maxNewTokens: 8 }
  - name: '<img src="x" onerror="window.wasRun = 2">'
    modelId: actbench-tiny
    provider: cpu
    decoding: { maxNewTokens: 8 }
    interventions: [{ id: activation-quantisation, params: { bits: 4 } }]
suites: [{ id: xstest }]
`

test('a comparison whose run is removed says so instead of showing what is no longer there', async ({
  page,
}) => {
  await open(page, '/compare')
  await expect(page.getByTestId('verdict')).not.toBeEmpty()
  const [run] = await callApp<{ id: string }[]>(page, 'runs.list', {})
  await callApp(page, 'runs.remove', { id: run?.id ?? '' })
  await expect(
    page.getByRole('heading', { name: 'A run of this comparison is no longer there' }),
  ).toBeVisible()
  await expect(page.getByTestId('metric-table')).toHaveCount(0)
  await page.getByRole('link', { name: 'Go to the runs' }).click()
  await expect(page.getByText('No runs yet')).toBeVisible()
})

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

function numberIn([, digits = '']: RegExpExecArray | RegExpMatchArray): number {
  return Number(digits)
}

async function expectNothingRan(page: Page): Promise<void> {
  expect(await page.evaluate(() => Reflect.get(globalThis, 'wasRun') as unknown)).toBeUndefined()
  await expect(page.locator('img[src="x"]')).toHaveCount(0)
}

/** Presses Tab until `goal` has the focus, as a person would; a page of this size needs some dozens at most. */
async function tabTo(page: Page, goal: Locator): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    if (await goal.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error('Tab does not lead there within 40 presses.')
}

/** Sample id of the row that the keyboard is on. */
async function activeSample(page: Page): Promise<string> {
  const id = await sampleGrid(page).getAttribute('aria-activedescendant')
  return page
    .locator(`[id="${id ?? ''}"] .mono`)
    .first()
    .innerText()
}
