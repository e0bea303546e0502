/** What people do on many pages, as the stories say it. */
import type { ElectronApplication, Locator, Page } from '@playwright/test'
import { expect } from './fixtures.ts'

/** Goes to an address of the app, as a deep link would. */
export async function open(page: Page, address: string): Promise<void> {
  await page.evaluate((to) => {
    globalThis.location.hash = `#${to}`
  }, address)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.getByText(/^Loading …$|^Computing the comparison …$/)).toHaveCount(0)
}

export function addressOf(page: Page): Promise<string> {
  return page.evaluate(() => globalThis.location.hash.slice(1))
}

/**
 * Repeats what was asked of the main process when the inspector lost the answer: V8 may collect the promise that it
 * awaits. Only for what may be asked twice.
 */
export async function askMain<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (thrown) {
      const isLost = String(thrown).includes('promise was garbage collected')
      if (!isLost || attempt === 5) throw thrown
    }
  }
}

/** Answers the system's save dialogs from now on. */
export async function willSaveTo(app: ElectronApplication, path: string): Promise<void> {
  await askMain(() =>
    app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
    }, path),
  )
}

/** Answers the system's open dialogs from now on; null cancels them. */
export async function willChoose(app: ElectronApplication, path: string | null): Promise<void> {
  await askMain(() =>
    app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () =>
        Promise.resolve({ canceled: chosen === null, filePaths: chosen === null ? [] : [chosen] })
    }, path),
  )
}

/** What `toHaveText` compares with; of several lines `innerText` is another text, and would always differ. */
export async function textOf(locator: Locator): Promise<string> {
  return (await locator.textContent()) ?? ''
}

export function main(page: Page): Locator {
  return page.getByRole('main')
}

/** The queue's state as the top bar tells it, for example `idle` or `1 running, 2 waiting`. */
export function queuePill(page: Page): Locator {
  return page.getByRole('banner').getByRole('link', { name: /^Queue:/ })
}

/** The row of a job on its run's page, by configuration and suite. */
export function jobRow(page: Page, configuration: string, suiteId: string): Locator {
  return page
    .getByRole('region', { name: 'Jobs' })
    .getByRole('row')
    .filter({ has: page.getByRole('button', { name: configuration, exact: true }) })
    .filter({ hasText: suiteId })
}

/** Asks main as the page does; throws what went wrong. */
export async function callApp<Value>(page: Page, channel: string, input: unknown): Promise<Value> {
  const result = await page.evaluate(
    ([name, given]) => {
      const bridge = Reflect.get(globalThis, 'actbench') as {
        call: (
          channel: unknown,
          input: unknown,
        ) => Promise<{ ok: true; value: unknown } | { ok: false; error: { message: string } }>
      }
      return bridge.call(name, given)
    },
    [channel, input] as const,
  )
  if (!result.ok) throw new Error(`${channel}: ${result.error.message}`)
  return result.value as Value
}

/** Gives a suite its data from a file, by the page's button and the system's dialog. */
export async function importSuite({
  app,
  page,
  suiteId,
  path,
}: {
  app: ElectronApplication
  page: Page
  suiteId: string
  path: string
}): Promise<void> {
  await open(page, `/suites/${suiteId}`)
  await willChoose(app, path)
  await page.getByRole('button', { name: 'Import a file' }).click()
  await expect(
    page
      .getByRole('grid', { name: /^Samples of/ })
      .getByRole('row')
      .nth(1),
  ).toBeVisible()
}

export interface NewConfiguration {
  readonly name: string
  /** Adds activation sparsity of this strength. */
  readonly sparsity?: number
  /** Leaves by "Save and evaluate" instead of "Save". */
  readonly thenEvaluates?: boolean
}

/** Makes a configuration of the embedded model by the form. */
export async function makeConfiguration(page: Page, wanted: NewConfiguration): Promise<void> {
  await open(page, '/configurations')
  await page.getByRole('main').getByRole('link', { name: 'New configuration' }).first().click()
  await expect(page.getByRole('combobox', { name: 'Model' })).toBeVisible()
  if (wanted.sparsity !== undefined) {
    await page.getByRole('button', { name: 'Add an intervention' }).click()
    await page.getByRole('menuitem', { name: /^Activation sparsity/ }).click()
    await page.getByRole('spinbutton', { name: /strength/ }).fill(String(wanted.sparsity))
  }
  await page.getByRole('radio', { name: /^CPU/ }).check()
  await page.getByRole('spinbutton', { name: 'Longest answer' }).fill('40')
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(wanted.name)
  if (wanted.thenEvaluates === true) {
    await page.getByRole('button', { name: 'Save and evaluate' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'New evaluation' })).toBeVisible()
  } else {
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByRole('heading', { level: 1, name: wanted.name })).toBeVisible()
  }
}
