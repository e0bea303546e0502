/** One's own models: from a folder, from a GGUF file, by drag and drop, and files that are none. */
import type { ElectronApplication, Page } from '@playwright/test'
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './fixtures.ts'
import { open, willChoose } from './steps.ts'
import { embeddedModel, writeTinyGguf } from './tiny-gguf.ts'

/** A copy of the embedded model that differs in one bit of its weights, so that it is another model. */
function copyOfModel(profile: string, name: string): string {
  const folder = join(profile, name)
  cpSync(embeddedModel, folder, { recursive: true })
  const weights = join(folder, 'model.safetensors')
  const bytes = readFileSync(weights)
  const last = bytes.length - 2
  bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last)
  writeFileSync(weights, bytes)
  return folder
}

test('a model is added from a folder, from a GGUF file and by drag and drop, and gives answers', async ({
  app,
  page,
  profile,
}) => {
  test.setTimeout(240_000)
  const folder = copyOfModel(profile, 'my-model')
  const gguf = join(profile, 'my-model.gguf')
  writeTinyGguf(gguf, { name: 'My GGUF' })

  await test.step('from a safetensors folder', async () => {
    await choose({ app, page, button: 'Choose a safetensors directory', path: folder })
    const found = page.getByRole('region', { name: 'What was found' })
    await expect(found).toContainText('safetensors, F16')
    await expect(found.getByRole('img', { name: 'Not supported' })).toHaveCount(0)
    await found.getByRole('textbox', { name: 'Name' }).fill('My folder')
    await found.getByRole('button', { name: 'Add the model' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'My folder' })).toBeVisible()
    await expect(page.getByRole('main')).toContainText('Supported')
  })

  await test.step('a GGUF file dropped on the page', async () => {
    await open(page, '/models')
    await dropFile(page, gguf)
    const found = page.getByRole('region', { name: 'What was found' })
    await expect(found).toContainText('GGUF, F16')
    await expect(found).toContainText(gguf)
    await found.getByRole('button', { name: 'Add the model' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'My GGUF' })).toBeVisible()
    await open(page, '/models')
    await expect(page.getByRole('list', { name: 'Models' }).getByRole('link')).toHaveCount(4)
  })

  await test.step('the same file by the dialog is the same model', async () => {
    await choose({ app, page, button: 'Choose a GGUF file', path: gguf })
    await page.getByRole('button', { name: 'Add the model' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'My GGUF' })).toBeVisible()
    await open(page, '/models')
    await expect(page.getByRole('list', { name: 'Models' }).getByRole('link')).toHaveCount(4)
  })

  await test.step('the three answer', async () => {
    await open(page, '/new')
    await page.getByRole('button', { name: 'Paste a plan' }).click()
    await page
      .getByRole('textbox', { name: 'Plan' })
      .fill(planFor(['actbench-tiny', 'my-folder', 'my-gguf']))
    await page.getByRole('button', { name: 'Use it' }).click()
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await expect(page.getByText('15 of 15 samples')).toBeVisible({ timeout: 120_000 })
    await expect(
      page.getByRole('region', { name: 'Jobs' }).getByText('Done', { exact: true }),
    ).toHaveCount(3)
  })

  await test.step('the GGUF file says word for word what its original says', async () => {
    await page.getByRole('main').getByRole('link', { name: 'Compare' }).click()
    const rows = page
      .getByRole('grid', { name: 'Samples side by side' })
      .getByRole('row')
      .filter({ has: page.getByRole('gridcell') })
    await expect(rows).toHaveCount(5)
    for (const row of await rows.all()) {
      const [, original, , gguf] = await row
        .getByRole('gridcell')
        .locator('.clamp-3')
        .allInnerTexts()
      expect(gguf).toBe(original)
    }
  })
})

test('files that are no model are refused with what is wrong and what to do', async ({
  app,
  page,
  profile,
}) => {
  const whole = join(profile, 'whole.gguf')
  writeTinyGguf(whole, { name: 'whole' })

  const cut = join(profile, 'cut.gguf')
  cpSync(whole, cut)
  truncateSync(cut, 3_000_000)
  await expectRefusal({ app, page, path: cut, words: ['cut.gguf', 'download it again'] })

  const noise = join(profile, 'noise.gguf')
  writeFileSync(noise, 'this is no model at all')
  await expectRefusal({ app, page, path: noise, words: ['noise.gguf'] })

  const cutFolder = copyOfModel(profile, 'cut-folder')
  truncateSync(join(cutFolder, 'model.safetensors'), 5_000_000)
  await expectRefusal({
    app,
    page,
    path: cutFolder,
    words: ['model.safetensors', 'download it again'],
  })

  const noTokenizer = copyOfModel(profile, 'no-tokenizer')
  rmSync(join(noTokenizer, 'tokenizer.json'))
  await expectUnsupported({
    app,
    page,
    path: noTokenizer,
    words: ['holds no tokenizer.json', 'Download it'],
  })

  const otherKind = copyOfModel(profile, 'other-kind')
  const config = join(otherKind, 'config.json')
  writeFileSync(config, readFileSync(config, 'utf8').replace('"llama"', '"mamba"'))
  await expectUnsupported({ app, page, path: otherKind, words: ['mamba'] })

  await open(page, '/models')
  await expect(page.getByRole('list', { name: 'Models' }).getByRole('link')).toHaveCount(2)
})

interface Choice {
  readonly app: ElectronApplication
  readonly page: Page
  readonly path: string
}

async function choose({ app, page, path, button }: Choice & { button: string }): Promise<void> {
  await open(page, '/models/add')
  await willChoose(app, path)
  await page.getByRole('button', { name: button }).click()
  await expect(page.getByRole('region', { name: 'What was found' })).toContainText(path)
}

function chooserOf(path: string): string {
  return path.endsWith('.gguf') ? 'Choose a GGUF file' : 'Choose a safetensors directory'
}

/** Nothing can be read from the file, so nothing can be added. */
async function expectRefusal({ words, ...choice }: Choice & { words: string[] }): Promise<void> {
  const { page, path } = choice
  await choose({ ...choice, button: chooserOf(path) })
  const found = page.getByRole('region', { name: 'What was found' })
  for (const word of words) await expect(found.getByRole('alert')).toContainText(word)
  await expect(found.getByRole('button', { name: 'Add the model' })).toHaveCount(0)
}

/** The file is sound but cannot run here: the page says why before anything is added. */
async function expectUnsupported({
  words,
  ...choice
}: Choice & { words: string[] }): Promise<void> {
  const { page, path } = choice
  await choose({ ...choice, button: chooserOf(path) })
  const found = page.getByRole('region', { name: 'What was found' })
  await expect(found.getByRole('img', { name: 'Not supported' }).first()).toBeVisible()
  for (const word of words) await expect(found).toContainText(word)
  await expect(found).toContainText('It can be added, but it will not run.')
}

/** Drops a file of this machine on the page's drop target, as the file manager would. */
async function dropFile(page: Page, path: string): Promise<void> {
  await page.evaluate(() => {
    const input = document.createElement('input')
    input.type = 'file'
    input.id = 'from-the-file-manager'
    document.body.append(input)
  })
  // Only the system can make a File that knows its path; a file input hands one over.
  await page.locator('#from-the-file-manager').setInputFiles(path)
  await page.evaluate(() => {
    const input = document.querySelector<HTMLInputElement>('#from-the-file-manager')
    const dataTransfer = new DataTransfer()
    for (const file of input?.files ?? []) dataTransfer.items.add(file)
    const target = document.querySelector('[aria-label="Models"]')
    for (const type of ['dragover', 'drop']) {
      target?.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
    }
    input?.remove()
  })
}

function planFor(modelIds: readonly string[]): string {
  const lines = modelIds.map(
    (id) => `  - { name: ${id}, modelId: ${id}, provider: cpu, decoding: { maxNewTokens: 16 } }`,
  )
  return [
    'version: 1',
    'name: Three models',
    'configurations:',
    ...lines,
    'suites: [{ id: starter-benign, limit: 5 }]',
  ].join('\n')
}
