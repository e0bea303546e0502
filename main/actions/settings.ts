/** Settings of the profile. */
import type { CallInput } from '#contract/calls'
import type { Settings } from '#contract/system'
import { settings } from '#db'
import type { Services } from './services.ts'

export function getSettings({ db }: Services): Settings {
  return settings.getAll(db.read)
}

export function setSettings({ db, emit }: Services, changes: CallInput<'settings.set'>): Settings {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined)
  const stored = settings.set(db.write, Object.fromEntries(given))
  emit('settings-changed', {})
  return stored
}
