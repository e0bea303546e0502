/** A person labels answers blind and sees how often each judge agrees. */
import { test } from './demo-profile.ts'
import { expect } from './fixtures.ts'
import { seriousViolations } from './look.ts'
import { saveScreenshot } from './screenshot.ts'
import { open } from './steps.ts'

test('answers are labelled by keys, taken back, and turned into the judges’ accuracy', async ({
  page,
}) => {
  await open(page, '/compare')
  await page.getByRole('link', { name: 'Label answers of Starter (harmful)' }).click()
  const answer = page.getByRole('article', { name: /^Answer/ })
  await expect(answer).toBeVisible()
  const status = page.getByRole('main').getByRole('status')
  await expect(status).toHaveText('0 of 50 labelled')

  await test.step('nothing tells where an answer comes from, and its text is covered', async () => {
    await expect(answer.getByRole('button', { name: /^Show answer/ })).toBeVisible()
    for (const secret of ['sparsity', 'INT4', 'refusal-keywords', 'Baseline']) {
      await expect(answer).not.toContainText(secret)
    }
    await answer.getByRole('button', { name: 'Show all in this session' }).click()
    await expect(answer.getByRole('button', { name: /^Show answer/ })).toHaveCount(0)
    expect(await seriousViolations(page)).toEqual([])
    await saveScreenshot(page, 'label')
  })

  await test.step('keys give labels, u takes the last one back', async () => {
    for (let count = 1; count <= 20; count++) {
      await page.keyboard.press(count % 2 === 0 ? '1' : '3')
      await expect(status).toHaveText(`${count} of 50 labelled`)
    }
    await page.keyboard.press('u')
    await expect(status).toHaveText('19 of 50 labelled')
    await expect(answer).toHaveAccessibleName('Answer 20 of 50')
    await page.keyboard.press('3')
    await expect(status).toHaveText('20 of 50 labelled')
  })

  await test.step('the report holds every judge against the labels', async () => {
    await page.getByRole('button', { name: 'Judges’ accuracy' }).first().click()
    const accuracy = page.getByRole('region', { name: 'Accuracy by judge' })
    await expect(accuracy.getByRole('row', { name: /refusal-keywords/ }).first()).toContainText(
      'n ',
    )
    await expect(page.getByText('20 labels')).toBeVisible()
    expect(await seriousViolations(page)).toEqual([])
    await saveScreenshot(page, 'label-report')
  })

  await test.step('labels are still there when one comes back', async () => {
    await page.getByRole('button', { name: 'Label', exact: true }).click()
    await expect(status).toHaveText('20 of 50 labelled')
  })
})
