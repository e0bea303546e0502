/** Where a person's data lies. No Electron here: the CLI uses the very same folder as the app. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export interface ProfileSurroundings {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
}

/**
 * The profile folder: $ACTBENCH_HOME, else what Electron would choose for an app of this name: on Linux
 * $XDG_CONFIG_HOME/actbench or ~/.config/actbench, on macOS ~/Library/Application Support/actbench, on Windows
 * %APPDATA%\actbench.
 *
 * @returns an absolute path; the folder need not exist yet
 */
export function profileFolder(
  { platform, env, home }: ProfileSurroundings = {
    platform: process.platform,
    env: process.env,
    home: homedir(),
  },
): string {
  const chosen = env.ACTBENCH_HOME
  if (chosen !== undefined && chosen !== '') return resolve(chosen)
  return join(applicationDataFolder({ platform, env, home }), 'actbench')
}

function applicationDataFolder({ platform, env, home }: ProfileSurroundings): string {
  switch (platform) {
    case 'darwin':
      return join(home, 'Library', 'Application Support')
    case 'win32':
      return env.APPDATA ?? join(home, 'AppData', 'Roaming')
    default: {
      const configHome = env.XDG_CONFIG_HOME
      return configHome === undefined || configHome === '' ? join(home, '.config') : configHome
    }
  }
}
