import { useState, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

/** A destructive button that first says exactly what is lost. */
export function ConfirmButton({
  label,
  title,
  text,
  confirmLabel,
  onConfirm,
  disabled = false,
}: {
  label: ReactNode
  title: string
  text: string
  confirmLabel: string
  onConfirm: () => void
  disabled?: boolean
}): ReactNode {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button look="danger" disabled={disabled} onClick={() => setIsOpen(true)}>
        {label}
      </Button>
      <Dialog title={title} description={text} isOpen={isOpen} onClose={() => setIsOpen(false)}>
        <div className="foot">
          <Button onClick={() => setIsOpen(false)}>Keep</Button>
          <Button
            look="danger"
            onClick={() => {
              setIsOpen(false)
              onConfirm()
            }}
          >
            {confirmLabel}
          </Button>
        </div>
      </Dialog>
    </>
  )
}
