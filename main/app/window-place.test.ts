import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firstPlace, readWindowPlace, writeWindowPlace } from './window-place.ts'

const screen = { x: 0, y: 0, width: 1920, height: 1080 }
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'actbench-place-'))
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('window place', () => {
  it('comes back as it was written', () => {
    const path = join(folder, 'kept.json')
    const place = { x: 40, y: 30, width: 1400, height: 900, isMaximized: true }
    writeWindowPlace(path, place)
    expect(readWindowPlace(path, [screen])).toEqual(place)
  })

  it('drops coordinates on a screen that is gone, keeps the size', () => {
    const path = join(folder, 'gone.json')
    writeWindowPlace(path, { x: 2500, y: 30, width: 1400, height: 900, isMaximized: false })
    expect(readWindowPlace(path, [screen])).toEqual({
      width: 1400,
      height: 900,
      isMaximized: false,
    })
  })

  it.each([
    ['is missing', null],
    ['is not JSON', '{'],
    ['is too small', '{"width":10,"height":10,"isMaximized":false}'],
    ['has other fields', '{"left":1}'],
  ])('starts afresh when the file %s', (name, text) => {
    const path = join(folder, `${name}.json`)
    if (text !== null) writeFileSync(path, text)
    expect(readWindowPlace(path, [screen])).toEqual(firstPlace)
  })

  it('survives a folder that cannot be written', () => {
    const path = join(folder, 'no', 'such', 'folder', 'place.json')
    expect(() => {
      writeWindowPlace(path, firstPlace)
    }).not.toThrow()
  })
})
