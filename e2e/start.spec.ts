import { expect, test } from './fixtures.ts'
import { saveScreenshot } from './screenshot.ts'
import { askMain } from './steps.ts'

test('the app starts on an empty profile without a complaint', async ({ page }) => {
  await expect(page).toHaveTitle(/Actbench/)
  await expect(page.getByRole('main')).toBeVisible()
  await saveScreenshot(page, 'start-empty')
})

test('the page has neither Node nor a way out', async ({ app, page }) => {
  await expect(page.getByRole('main')).toBeVisible()
  const reach = await page.evaluate(() => ({
    require: typeof Reflect.get(globalThis, 'require'),
    process: typeof Reflect.get(globalThis, 'process'),
    bridge: Object.keys(Reflect.get(globalThis, 'actbench') as object).sort(),
  }))
  expect(reach).toEqual({
    require: 'undefined',
    process: 'undefined',
    bridge: ['call', 'on', 'pathForFile'],
  })

  const address = page.url()
  // Listening must have begun before the page tries: hence two steps, with the finding kept in main between them.
  await app.evaluate(({ webContents }) => {
    const [contents] = webContents.getAllWebContents()
    contents?.once('will-navigate', (event) => {
      Reflect.set(globalThis, 'wasPrevented', event.defaultPrevented)
    })
  })
  await page.evaluate(() => {
    globalThis.open('http://127.0.0.1:9/')
    globalThis.location.href = 'http://127.0.0.1:9/'
  })
  await expect
    .poll(() =>
      askMain(() => app.evaluate(() => Reflect.get(globalThis, 'wasPrevented') as unknown)),
    )
    .toBe(true)
  expect(page.url()).toBe(address)
  expect(app.windows(), 'a second window opened').toHaveLength(1)
})

test.describe('a call that the table does not know', () => {
  test('is answered with an error, not an exception', async ({ page }) => {
    const result: unknown = await page.evaluate(() => {
      const bridge = Reflect.get(globalThis, 'actbench') as {
        call: (channel: string, input: unknown) => Promise<unknown>
      }
      return bridge.call('models.explode', {})
    })
    expect(result).toMatchObject({ ok: false, error: { code: 'not-found' } })
  })
})
