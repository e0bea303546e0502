/** Every test gets the real app, as built, on an empty profile of its own. Start them with `npm run e2e`. */
import {
  _electron,
  test as base,
  type ElectronApplication,
  type Page,
  type TestInfo,
} from '@playwright/test'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export { expect } from '@playwright/test'

const projectRoot = resolve(import.meta.dirname, '..')

/** Nothing listens here: a test that reaches for the hub by mistake fails at once instead of using the network. */
const unreachableHub = 'http://127.0.0.1:9'

export interface StartedApp {
  readonly app: ElectronApplication
  readonly page: Page
}

export interface StartOptions {
  /** Added to the app's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Added to the app's command line. */
  readonly parameters?: readonly string[]
}

interface Launched {
  readonly app: ElectronApplication
  readonly child: ChildProcess
}

interface Fixtures {
  /** Whether an error in the page's console fails the test; tests of error screens may turn it off. */
  failsOnConsoleErrors: boolean
  /** Folder that the app takes for its profile; empty at first, removed afterwards. */
  profile: string
  /** Starts the app on `profile` and waits for its window; call it again after closing to test a restart. */
  start: (options?: StartOptions) => Promise<StartedApp>
  /** The app, started once with no options. */
  started: StartedApp
  app: ElectronApplication
  page: Page
}

export const test = base.extend<Fixtures>({
  failsOnConsoleErrors: [true, { option: true }],

  profile: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'actbench-e2e-'))
    await use(folder)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  },

  start: async ({ profile, failsOnConsoleErrors }, use, testInfo) => {
    const launched: Launched[] = []
    const complaints: string[] = []
    await use(async (options = {}) => {
      const app = await launchApp(profile, options)
      // A closed app no longer tells its process.
      launched.push({ app, child: app.process() })
      const page = await app.firstWindow()
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(String(error)))
      await page.waitForLoadState('domcontentloaded')
      return { app, page }
    })
    await attachLastSight(launched.at(-1)?.app, testInfo)
    for (const one of launched) await closeApp(one)
    if (failsOnConsoleErrors && complaints.length > 0) {
      throw new Error(`The page complained:\n${complaints.join('\n')}`)
    }
  },

  started: async ({ start }, use) => {
    await use(await start())
  },
  app: async ({ started }, use) => {
    await use(started.app)
  },
  page: async ({ started }, use) => {
    await use(started.page)
  },
})

/** Starts the built app on a profile; closing it is the caller's. Tests take the `start` fixture instead. */
export function launchApp(
  profile: string,
  { env = {}, parameters = [] }: StartOptions = {},
): Promise<ElectronApplication> {
  const executablePath = process.env.ACTBENCH_E2E_ELECTRON
  if (executablePath === undefined) {
    throw new Error('ACTBENCH_E2E_ELECTRON is not set. Start these tests with: npm run e2e')
  }
  const switches = (process.env.ACTBENCH_E2E_SWITCHES ?? '').split(' ').filter((it) => it !== '')
  return _electron.launch({
    executablePath,
    args: [...switches, projectRoot, ...parameters],
    env: {
      ...definedEnvironment(),
      ACTBENCH_HOME: profile,
      HF_ENDPOINT: unreachableHub,
      LANG: 'en_US.UTF-8',
      ...env,
    },
  })
}

function definedEnvironment(): Record<string, string> {
  const pairs = Object.entries(process.env).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  )
  return Object.fromEntries(pairs)
}

/** A picture of what was on the screen when a test failed. */
async function attachLastSight(app: ElectronApplication | undefined, testInfo: TestInfo) {
  if (testInfo.status === testInfo.expectedStatus) return
  const page = app?.windows()[0]
  if (page === undefined || page.isClosed()) return
  const path = testInfo.outputPath('last-sight.png')
  await page.screenshot({ path }).then(
    () => testInfo.attach('last-sight', { path, contentType: 'image/png' }),
    // The app may be gone already; the failure itself says more than a missing picture.
    () => undefined,
  )
}

/** Tests may have closed or killed the app themselves. */
async function closeApp({ app, child }: Launched): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await app.close()
}
