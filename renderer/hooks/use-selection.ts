import { useCallback } from 'react'
import { useSearchParams } from 'react-router'
import { useChangeParams } from './use-change-params.ts'

/** A value that lives in the address, so that back, forward, deep links and a restart keep it. */
export function useAddressValue(name: string): [string | null, (value: string | null) => void] {
  const [params] = useSearchParams()
  const changeParams = useChangeParams()
  const set = useCallback(
    (value: string | null) => {
      changeParams((next) => {
        if (value === null || value === '') next.delete(name)
        else next.set(name, value)
      })
    },
    [name, changeParams],
  )
  return [params.get(name), set]
}

/** A set of keys in the address, in the order in which they were chosen. */
export function useSelection(name: string): {
  selected: readonly string[]
  toggle: (key: string) => void
  replace: (keys: readonly string[]) => void
} {
  const [text, setText] = useAddressValue(name)
  const selected = readKeys(text)
  return {
    selected,
    toggle: (key) => setText(writeKeys(toggled(selected, key))),
    replace: (keys) => setText(writeKeys(keys)),
  }
}

export function toggled(keys: readonly string[], key: string): string[] {
  return keys.includes(key) ? keys.filter((other) => other !== key) : [...keys, key]
}

/** Keys are ids and hashes, but a comma inside one must not split it. */
export function writeKeys(keys: readonly string[]): string {
  return keys.map(encodeURIComponent).join(',')
}

export function readKeys(text: string | null): string[] {
  if (text === null || text === '') return []
  return text.split(',').map(decodeURIComponent)
}
