/** Starts that cannot go well must say why and what to do, in the window. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './fixtures.ts'
import { saveScreenshot } from './screenshot.ts'
import { askMain } from './steps.ts'

const storeName = 'actbench.sqlite'

test('a damaged store is named, kept, and replaced only by the person', async ({
  profile,
  start,
}) => {
  const store = join(profile, storeName)
  const damaged = 'this is not a database, but something that a person may still want to look at'
  writeFileSync(store, damaged)

  const { page } = await start()
  const alert = page.getByRole('alert')
  await expect(alert).toContainText(storeName)
  await saveScreenshot(page, 'start-damaged-store')
  expect(readFileSync(store, 'utf8'), 'the damaged file was touched').toBe(damaged)

  rmSync(store)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('main')).toBeVisible()
  expect(existsSync(store)).toBe(true)
})

test('a damaged store is set aside on request, and an empty one takes its place', async ({
  profile,
  start,
}) => {
  const damaged = 'what is left of a store'
  writeFileSync(join(profile, storeName), damaged)
  const { page } = await start()
  await page.getByRole('button', { name: 'Set the file aside' }).click()
  await expect(page.getByRole('status')).toContainText(`${storeName}.corrupt.`)
  const aside = readdirSync(profile).filter((name) => name.startsWith(`${storeName}.corrupt.`))
  expect(aside).toHaveLength(1)
  expect(readFileSync(join(profile, aside[0] ?? ''), 'utf8')).toBe(damaged)
  await page.getByRole('button', { name: 'Start with an empty store' }).click()
  await expect(page.getByRole('heading', { name: 'Welcome to Actbench' })).toBeVisible()
})

test('a store of a newer Actbench is named and left as it is', async ({ profile, start }) => {
  const store = join(profile, storeName)
  const { app } = await start()
  await app.close()
  const newer = withUserVersion(readFileSync(store), 999)
  writeFileSync(store, newer)

  const { page } = await start()
  const alert = page.getByRole('alert')
  await expect(alert).toContainText('version 999')
  await expect(alert).toContainText('Start the newer Actbench')
  await expect(page.getByRole('button', { name: 'Set the file aside' })).toHaveCount(0)
  expect(readFileSync(store).equals(newer), 'the newer store was touched').toBe(true)
})

/** Of SQLite's file header: a big-endian number at byte 60. */
function withUserVersion(file: Buffer, version: number): Buffer {
  const changed = Buffer.from(file)
  changed.writeUInt32BE(version, 60)
  return changed
}

test('a second start on the same profile shows the first window and ends', async ({
  profile,
  start,
}) => {
  const { app, page } = await start()
  await expect(page.getByRole('main')).toBeVisible()
  await app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.hide()
  })

  const { spawnfile, spawnargs } = app.process()
  const parameters = spawnargs.slice(1).filter((it) => !/^--(inspect|remote-debugging)/.test(it))
  const second = spawn(spawnfile, parameters, {
    env: { ...process.env, ACTBENCH_HOME: profile },
    stdio: 'ignore',
  })
  const exitCode = await new Promise((resolve) => second.on('exit', resolve))
  expect(exitCode).toBe(0)
  await expect
    .poll(() =>
      askMain(() =>
        app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false),
      ),
    )
    .toBe(true)
})

test('the window comes back where it was', async ({ start }) => {
  const first = await start()
  await expect(first.page.getByRole('main')).toBeVisible()
  await first.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 60, y: 50, width: 1100, height: 700 })
  })
  await first.app.close()

  const second = await start()
  await expect(second.page.getByRole('main')).toBeVisible()
  const bounds = await second.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.getBounds(),
  )
  expect(bounds).toMatchObject({ width: 1100, height: 700 })
})
