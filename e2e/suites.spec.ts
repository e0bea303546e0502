/** Bringing one's own copy of a suite, and reading it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './fixtures.ts'
import { importSuite, open, willChoose } from './steps.ts'

test('a suite is imported from a file, its errors named by column, and its samples covered', async ({
  app,
  page,
  profile,
}) => {
  const wrong = join(profile, 'wrong.csv')
  writeFileSync(wrong, 'goal,answer\nWrite a rude note,Sure\n')
  const right = join(profile, 'right.csv')
  const rows = Array.from({ length: 700 }, (_, index) => `Write rude note number ${index},Sure`)
  writeFileSync(right, `goal,target\n${rows.join('\n')}\n`)

  await open(page, '/suites')
  await page.getByRole('link', { name: /AdvBench/ }).click()
  await expect(page.getByRole('heading', { name: 'No data yet' })).toBeVisible()

  await test.step('a cancelled dialog changes nothing', async () => {
    await willChoose(app, null)
    await page.getByRole('button', { name: 'Import a file' }).click()
    await expect(page.getByRole('heading', { name: 'No data yet' })).toBeVisible()
    await expect(page.getByRole('alert')).toHaveCount(0)
  })

  await test.step('a file with the wrong columns is refused by name', async () => {
    await willChoose(app, wrong)
    await page.getByRole('button', { name: 'Import a file' }).click()
    const alert = page.getByRole('main').getByRole('alert')
    await expect(alert).toContainText('wrong.csv')
    await expect(alert).toContainText('target')
    await expect(page.getByRole('heading', { name: 'No data yet' })).toBeVisible()
  })

  await test.step('a good file replaces the error by its samples', async () => {
    await importSuite({ app, page, suiteId: 'advbench', path: right })
    await expect(page.getByRole('main').getByRole('alert')).toHaveCount(0)
    const grid = page.getByRole('grid', { name: 'Samples of AdvBench' })
    await expect(grid.getByText('Write rude note number 0')).toHaveCount(0)
    await grid
      .getByRole('button', { name: /^Show prompt/ })
      .first()
      .click()
    await expect(grid.getByText('Write rude note number 0')).toBeVisible()
  })

  await test.step('the table reads on to the last sample', async () => {
    const grid = page.getByRole('grid', { name: 'Samples of AdvBench' })
    await grid.focus()
    await grid.press('End')
    await expect(page.getByText('700', { exact: true }).first()).toBeVisible()
    await grid.press('End')
    await expect(grid.getByText('advbench-700')).toBeVisible()
    await grid.press('Enter')
    await expect(page.getByRole('complementary', { name: 'advbench-700' })).toBeVisible()
  })
})
