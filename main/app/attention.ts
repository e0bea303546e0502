/** What the desktop shows while the window is out of sight: no sleep, progress on the taskbar icon, a notice at the end. */
import { Notification, powerSaveBlocker, type BrowserWindow } from 'electron'
import type { Emit, EventName, EventPayload } from '#contract/events'
import type { Job } from '#contract/jobs'

export interface Attention {
  /** To be called with every event that also goes to the page. */
  readonly observe: Emit
  readonly close: () => void
}

const noProgress = -1
/** Above 1 the bar is drawn as "busy, length unknown". */
const unknownProgress = 2

export interface AttentionOptions {
  readonly currentWindow: () => BrowserWindow | null
  readonly onNotificationClick: (address: string) => void
}

export function createAttention({
  currentWindow,
  onNotificationClick,
}: AttentionOptions): Attention {
  let blocker: number | null = null

  function keepAwake(isWorking: boolean): void {
    if (isWorking && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension')
    if (!isWorking && blocker !== null) {
      powerSaveBlocker.stop(blocker)
      blocker = null
    }
  }

  function announce(job: Job): void {
    const window = currentWindow()
    const isSeen = window !== null && window.isVisible() && window.isFocused()
    const text = endText(job)
    if (text === null || isSeen || !Notification.isSupported()) return
    const notification = new Notification({
      title: text,
      body: `${job.configurationName}, ${job.suiteId}`,
    })
    notification.on('click', () => {
      onNotificationClick(`/runs/${job.runId}`)
    })
    notification.show()
  }

  const reactions: { [N in EventName]?: (payload: EventPayload<N>) => void } = {
    'queue-changed': ({ running }) => {
      keepAwake(running > 0)
      if (running === 0) currentWindow()?.setProgressBar(noProgress)
    },
    'job-progressed': ({ done, total }) => {
      const fraction = total === null || total === 0 ? unknownProgress : done / total
      currentWindow()?.setProgressBar(fraction)
    },
    'job-changed': announce,
  }

  return {
    observe: (name, payload) => reactions[name]?.(payload),
    close: () => {
      keepAwake(false)
    },
  }
}

function endText({ status, done }: Job): string | null {
  if (status === 'done') return `Job finished: ${done} samples`
  if (status === 'failed') return 'Job failed'
  return null
}
