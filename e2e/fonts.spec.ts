/** Text in every script of the utterances is readable on a system that has fonts for Latin only: no empty boxes. */
import type { Page } from '@playwright/test'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from './fixtures.ts'
import { saveScreenshot } from './screenshot.ts'
import { callApp, open } from './steps.ts'

/** A configuration of Fontconfig, which Linux uses, that hides all fonts but those in the folder of a Latin one; null elsewhere. */
function onlyLatinFonts(folder: string): string | null {
  if (process.platform !== 'linux') return null
  const font = execFileSync('fc-match', ['--format=%{file}', 'Liberation Sans'], {
    encoding: 'utf8',
  })
  const path = join(folder, 'fonts.conf')
  writeFileSync(
    path,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>${dirname(font)}</dir><cachedir>${join(folder, 'font-cache')}</cachedir></fontconfig>
`,
  )
  return path
}

/** Of Azerbaijani, Mongolian, Vietnamese and of names in other languages, which plain fonts of Latin and Cyrillic lack. */
const rareLetters = 'əüöğıүөḥṇṭẏầẫựỗ'

/** A letter of Cherokee, which no font here has. */
const unsupported = 0x13a0

/** Code points of `points` that are drawn as the box for what no font has, in the font of the page. */
function boxes(page: Page, points: readonly number[]): Promise<number[]> {
  return page.evaluate(async (all) => {
    const family = getComputedStyle(document.body).fontFamily
    const canvas = document.createElement('canvas')
    canvas.width = 48
    canvas.height = 48
    const context = canvas.getContext('2d', { willReadFrequently: true })
    if (context === null) throw new Error('no canvas')
    const draw = (point: number): string => {
      context.clearRect(0, 0, 48, 48)
      context.font = `24px ${family}`
      context.fillText(String.fromCodePoint(point), 8, 32)
      return context.getImageData(0, 0, 48, 48).data.join()
    }
    await document.fonts.load(
      `24px ${family}`,
      all.map((point) => String.fromCodePoint(point)).join(''),
    )
    // Unassigned: no font can have it.
    const box = draw(0x0378)
    return all.filter((point) => draw(point) === box)
  }, points)
}

test('utterances in every script are drawn with the fonts that come along', async ({
  profile,
  start,
}) => {
  const config = onlyLatinFonts(profile)
  const { page } = await start(config === null ? {} : { env: { FONTCONFIG_FILE: config } })
  await open(page, '/suites/massive-starter')
  await page.waitForFunction(() => document.fonts.size > 100)

  const { samples: utterances } = await callApp<{
    samples: { prompt: string; category: string }[]
  }>(page, 'suites.samples', { suiteId: 'massive-starter', offset: 0, limit: 500 })
  expect(new Set(utterances.map(({ category }) => category)).size).toBeGreaterThanOrEqual(24)

  const points = [
    ...new Set([...utterances.flatMap(({ prompt }) => Array.from(prompt)), ...rareLetters]),
  ]
    .filter((character) => !/[\s\p{C}]/u.test(character))
    .map((character) => character.codePointAt(0) ?? 0)
  expect(points.length).toBeGreaterThan(900)
  expect(
    (await boxes(page, points)).map((point) => String.fromCodePoint(point)),
    'characters without a font',
  ).toEqual([])
  if (config !== null) {
    expect(await boxes(page, [unsupported]), 'the check itself sees a missing font').toEqual([
      unsupported,
    ])
  }
  await expect(page.getByRole('grid', { name: /^Samples of/ })).toBeVisible()
  await saveScreenshot(page, 'fonts-utterances')
})
