/**
 * What runners of every kind do alike: sessions that are made when first needed and few at a time (what runs the model, and what
 * shows its sites), and the values of the inputs that interventions declared.
 */
import type { Graph } from '../graph/ir.ts'
import { checkExtras, setExtra } from './extra-inputs.ts'
import { hasRoomFor, loadedBytes } from './memory.ts'
import { createObserver, type RowFeeds } from './observer.ts'
import { deviceName } from './providers.ts'
import type { Session, SessionPurpose } from './session.ts'
import { createSession } from './session.ts'
import type { ObservedRunner, RunnerOptions, TensorLike } from './types.ts'

/** Makes what runs the model. What it opens is closed with it. */
type Start<Running> = (open: (graph: Graph) => Promise<Session>) => Promise<Running>

export interface RunnerSessions<Running> {
  /** Inputs that interventions declared, as they stand now. */
  readonly extras: ReadonlyMap<string, TensorLike>
  /** What runs the model in this form: as it was left, or made now, after what ran it in another form is closed. */
  readonly run: (form: string, start: Start<Running>) => Promise<Running>
  readonly shared: Pick<
    ObservedRunner,
    'device' | 'logits' | 'activations' | 'lastActivations' | 'setInput' | 'close'
  >
}

/**
 * `whole` is the forward graph that shows every token, `feeds` the inputs that stand for rows where they are not plain. Throws
 * `invalid-input` for an extra input without a value.
 */
export async function createRunnerSessions<Running>(
  options: RunnerOptions,
  { whole, feeds }: { readonly whole: Graph; readonly feeds?: RowFeeds },
): Promise<RunnerSessions<Running>> {
  const { provider, precision } = options
  const extras = new Map(options.inputs)
  checkExtras(whole, extras)
  const open = sessionOpener(options)
  const hasRoom = () => hasRoomFor(provider, loadedBytes(whole, precision))

  let main: { readonly form: string; readonly running: Running } | null = null
  let sessions: Session[] = []
  const closeMain = async () => {
    const closing = sessions
    main = null
    sessions = []
    for (const session of closing) await session.close()
  }
  const observer = createObserver({
    whole,
    extras,
    feeds,
    open: async (graph) => {
      if (sessions.length > 0 && !(await hasRoom())) await closeMain()
      return open(graph, 'reading')
    },
  })
  const run = async (form: string, start: Start<Running>): Promise<Running> => {
    // On a processor what reads is opened again in no time, and a second copy of the weights would count as this one's need.
    if (observer.isOpen() && (provider === 'cpu' || !(await hasRoom()))) await observer.close()
    if (main?.form === form) return main.running
    await closeMain()
    const running = await start(async (graph) => {
      const session = await open(graph, 'running')
      sessions.push(session)
      return session
    })
    main = { form, running }
    return running
  }
  const shared = {
    device: { provider, name: await deviceName(provider) },
    logits: async (ids: readonly number[]) => {
      const values = await observer.observe(ids, ['hook_logits'])
      return values.get('hook_logits')?.data ?? new Float32Array()
    },
    activations: observer.observe,
    lastActivations: observer.observeLast,
    setInput: (name: string, tensor: TensorLike) => setExtra(extras, name, tensor),
    close: async () => {
      await observer.close()
      await closeMain()
    },
  }
  return { extras, run, shared }
}

function sessionOpener(options: RunnerOptions) {
  const { provider, threads, cacheDir, logger } = options
  return async (graph: Graph, purpose: SessionPurpose): Promise<Session> => {
    await options.beforeSession?.()
    const started = performance.now()
    const session = await createSession({ graph, provider, threads, cacheDir, purpose })
    logger.info(`${graph.name}: session ready in ${Math.round(performance.now() - started)} ms`)
    return session
  }
}
