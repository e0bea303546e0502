import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { profileFolder } from './profile.ts'

const home = join('/', 'home', 'ada')

describe('profileFolder', () => {
  it('lets ACTBENCH_HOME win on every platform', () => {
    for (const platform of ['linux', 'darwin'] as const) {
      const env = { ACTBENCH_HOME: '/data/bench', XDG_CONFIG_HOME: '/elsewhere' }
      expect(profileFolder({ platform, env, home }), platform).toBe('/data/bench')
    }
  })

  it('follows the XDG base directory specification on Linux', () => {
    const env = { XDG_CONFIG_HOME: '/xdg' }
    expect(profileFolder({ platform: 'linux', env, home })).toBe('/xdg/actbench')
    expect(profileFolder({ platform: 'linux', env: {}, home })).toBe(`${home}/.config/actbench`)
  })

  it('reads an empty variable as unset', () => {
    const env = { ACTBENCH_HOME: '', XDG_CONFIG_HOME: '' }
    expect(profileFolder({ platform: 'linux', env, home })).toBe(`${home}/.config/actbench`)
  })

  it('uses Application Support on macOS', () => {
    const folder = profileFolder({ platform: 'darwin', env: {}, home })
    expect(folder).toBe(`${home}/Library/Application Support/actbench`)
  })
})
