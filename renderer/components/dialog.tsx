import { Dialog as RadixDialog } from 'radix-ui'
import type { ReactNode } from 'react'

export function Dialog({
  title,
  description,
  isOpen,
  onClose,
  isWide = false,
  children,
}: {
  title: string
  description?: string
  isOpen: boolean
  onClose: () => void
  isWide?: boolean
  children: ReactNode
}): ReactNode {
  return (
    <RadixDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="overlay" />
        <RadixDialog.Content
          className={`dialog ${isWide ? 'wide' : ''}`}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <RadixDialog.Title>{title}</RadixDialog.Title>
          {description !== undefined && (
            <RadixDialog.Description className="soft">{description}</RadixDialog.Description>
          )}
          {children}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}
