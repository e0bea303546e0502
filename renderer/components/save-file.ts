/** Offers text or an image as a file; the system asks where to put it. */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

export function saveText(name: string, mime: string, text: string): void {
  saveFile(name, new Blob([text], { type: `${mime};charset=utf-8` }))
}

export async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
}

/** A file name that every system takes. */
export function safeFileName(text: string): string {
  return (
    text
      .normalize('NFKD')
      .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
      .replaceAll(/^[-.]+|[-.]+$/g, '')
      .slice(0, 80) || 'actbench'
  )
}
