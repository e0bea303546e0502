import { useState, type ReactNode } from 'react'
import { useNavigate } from 'react-router'
import { call } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { formatSize } from '../../format/sizes.ts'
import { useCall } from '../../hooks/use-call.ts'
import { useTask } from '../../hooks/use-task.ts'

/** `owner/name`, with or without the hub's address in front. */
export function readRepo(text: string): string {
  return text
    .trim()
    .replace(/^https?:\/\/[^/]+\//, '')
    .replace(/\/(tree|blob)\/.*$/, '')
    .replace(/\/$/, '')
}

export function FromHub(): ReactNode {
  const [text, setText] = useState('')
  const [revision, setRevision] = useState('')
  const [asked, setAsked] = useState<{ repo: string; revision: string | null } | null>(null)
  const files = useCall('models.hubFiles', asked)
  return (
    <section className="card stack">
      <h2>From the Hugging Face hub</h2>
      <form
        className="line"
        onSubmit={(event) => {
          event.preventDefault()
          const repo = readRepo(text)
          if (repo !== '') setAsked({ repo, revision: revision.trim() || null })
        }}
      >
        <input
          className="input grow"
          placeholder="owner/name"
          aria-label="Repository id"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <input
          className="input"
          style={{ width: 120 }}
          placeholder="main"
          aria-label="Revision"
          spellCheck={false}
          value={revision}
          onChange={(event) => setRevision(event.target.value)}
        />
        <Button type="submit" disabled={readRepo(text) === ''}>
          Look
        </Button>
      </form>
      {asked === null ? (
        <p className="soft small">
          Only the files needed are fetched, into the cache that other tools share. HF_HOME,
          HF_ENDPOINT and HF_TOKEN are honoured.
        </p>
      ) : (
        <Loaded state={files}>
          {(found) => (
            <>
              <p className="soft">
                <b>{found.repo}</b> at <span className="mono">{found.revision.slice(0, 10)}</span>,{' '}
                {found.licence === null ? 'licence not stated' : `licence ${found.licence}`}
              </p>
              {found.choices.length === 0 && (
                <p>It holds no GGUF file and no safetensors set that could be registered.</p>
              )}
              <Choices repo={found.repo} revision={found.revision} choices={found.choices} />
            </>
          )}
        </Loaded>
      )}
    </section>
  )
}

function Choices({
  repo,
  revision,
  choices,
}: {
  repo: string
  revision: string
  choices: readonly { file: string | null; title: string; sizeBytes: number | null }[]
}): ReactNode {
  const { run, isRunning } = useTask()
  const navigate = useNavigate()
  return (
    <ul className="stack tight">
      {choices.map(({ file, title, sizeBytes }) => (
        <li key={file ?? ''} className="line">
          <span className="grow clip" title={title}>
            {title}
          </span>
          <span className="soft">{sizeBytes === null ? '' : formatSize(sizeBytes)}</span>
          <Button
            disabled={isRunning}
            aria-label={`Download ${title}`}
            onClick={() =>
              void run(async () => {
                await call('models.download', { repo, revision, file })
                await navigate('/models')
              })
            }
          >
            Download
          </Button>
        </li>
      ))}
    </ul>
  )
}
