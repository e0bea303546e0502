import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { modernNode } from '../launch/modern-node.js'
import { projectRoot } from '../project.js'

/** Imports a door in a process of its own, under plain Node, and lists what that process then has loaded. */
function load(door: string): { exports: string[]; nativeFiles: string[] } {
  const program = `
    const door = await import(${JSON.stringify(door)})
    const nativeFiles = process.report.getReport().sharedObjects
      .filter((path) => path.endsWith('.node') || path.includes('onnxruntime'))
    process.stdout.write(JSON.stringify({ exports: Object.keys(door), nativeFiles }))
  `
  const { status, stdout, stderr } = spawnSync(
    modernNode(),
    ['--no-warnings', '--input-type=module', '--eval', program],
    { cwd: projectRoot, encoding: 'utf8' },
  )
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout) as { exports: string[]; nativeFiles: string[] }
}

describe('doors of the engine', () => {
  it('#engine loads under plain Node, with the native runtime', () => {
    const { exports, nativeFiles } = load('#engine')
    expect(exports).toEqual(expect.arrayContaining(['runJob', 'detectProviders']))
    expect(nativeFiles.some((path) => path.includes('onnxruntime'))).toBe(true)
  })

  it('#engine/catalog loads no native module', () => {
    const { exports, nativeFiles } = load('#engine/catalog')
    expect(exports).toContain('compare')
    expect(nativeFiles).toEqual([])
  })
})
