/** Whether a window could be shown from here, in words; null where it could not. */
export function describeDisplay(
  platform: NodeJS.Platform,
  variables: Readonly<Record<string, string | undefined>>,
): string | null {
  if (platform !== 'linux') return 'desktop session'
  const wayland = variables['WAYLAND_DISPLAY'] ?? ''
  const x11 = variables['DISPLAY'] ?? ''
  if (wayland !== '') return `Wayland ${wayland}`
  return x11 === '' ? null : `X11 ${x11}`
}
