import {
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleSlash,
  CircleX,
  LoaderCircle,
  Unplug,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { JobStatus } from '#contract/jobs'
import { statusWords } from '../format/words.ts'

const icons: Readonly<Record<JobStatus, { Icon: typeof CircleX; look: string }>> = {
  queued: { Icon: CircleDashed, look: '' },
  running: { Icon: LoaderCircle, look: 'accent' },
  paused: { Icon: CirclePause, look: 'warn' },
  done: { Icon: CircleCheck, look: 'good' },
  failed: { Icon: CircleX, look: 'bad' },
  cancelled: { Icon: CircleSlash, look: '' },
  interrupted: { Icon: Unplug, look: 'warn' },
}

/** Icon and word first, colour second. */
export function StatusBadge({ status, text }: { status: JobStatus; text?: string }): ReactNode {
  const { Icon, look } = icons[status]
  return (
    <span className={`badge ${look}`}>
      <Icon size={12} aria-hidden />
      {text ?? statusWords[status]}
    </span>
  )
}
