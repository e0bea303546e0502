import { useState, type ReactNode } from 'react'
import { useNavigate } from 'react-router'
import { pathForFile } from '../../api.ts'
import { addModelAddress } from '../../components/app-commands.tsx'

/** A file or directory dropped here is looked at as a model. */
export function DropTarget({
  children,
  isFramed = false,
}: {
  children: ReactNode
  isFramed?: boolean
}): ReactNode {
  const [isOver, setIsOver] = useState(false)
  const navigate = useNavigate()
  return (
    <div
      className={isFramed || isOver ? `drop-target ${isOver ? 'over' : ''}` : ''}
      onDragOver={(event) => {
        event.preventDefault()
        setIsOver(true)
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setIsOver(false)
      }}
      onDrop={(event) => {
        event.preventDefault()
        setIsOver(false)
        const file = event.dataTransfer.files[0]
        const path = file === undefined ? '' : pathForFile(file)
        if (path !== '') void navigate(addModelAddress(path))
      }}
    >
      {children}
    </div>
  )
}
