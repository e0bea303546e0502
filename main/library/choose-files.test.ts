import { describe, expect, it } from 'vitest'
import { chooseFiles } from './choose-files.ts'

const snapshot = (names: readonly string[]): Parameters<typeof chooseFiles>[0] => ({
  repo: 'organisation/model',
  commit: 'c0ffee',
  licence: null,
  files: names.map((name) => ({ name, sizeBytes: 1, checksum: null })),
})

describe('chooseFiles', () => {
  it('takes the label maps of heads along, and nothing else that lies there', () => {
    const names = ['config.json', 'model.safetensors', 'massive.intents', 'massive.slots']
    const others = ['optimizer.pt', 'logs/run.slots', 'notes.txt']
    const { files } = chooseFiles(snapshot([...names, ...others]), null)
    expect(files.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
  })
})
