import { FileUp, FolderUp } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useNavigate } from 'react-router'
import { call } from '../../api.ts'
import { useCommands } from '../../components/app-commands.tsx'
import { Button } from '../../components/button.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Page } from '../../components/page.tsx'
import { useCall } from '../../hooks/use-call.ts'
import { useAddressValue } from '../../hooks/use-selection.ts'
import { useTask } from '../../hooks/use-task.ts'
import { DropTarget } from './drop-target.tsx'
import { FromHub } from './from-hub.tsx'
import { ModelFacts } from './model-facts.tsx'

/** From disk, by file, directory or drop, or from the hub by id. A file is inspected before it is added. */
export function AddModel(): ReactNode {
  const [path] = useAddressValue('path')
  const perform = useCommands()
  return (
    <Page title="Add a model" parents={[{ title: 'Models', to: '/models' }]}>
      {path !== null && <Inspection key={path} path={path} />}
      <div className="columns-2">
        <section className="card stack">
          <h2>From this machine</h2>
          <DropTarget isFramed>
            <p>Drop a GGUF file or a safetensors directory here</p>
          </DropTarget>
          <div className="line">
            <Button onClick={() => perform('add-model-file')}>
              <FileUp size={14} aria-hidden /> Choose a GGUF file
            </Button>
            <Button onClick={() => perform('add-model-directory')}>
              <FolderUp size={14} aria-hidden /> Choose a safetensors directory
            </Button>
          </div>
          <p className="soft small">
            The files stay where they are. A directory needs config.json, tokenizer.json and the
            weights.
          </p>
        </section>
        <FromHub />
      </div>
    </Page>
  )
}

function Inspection({ path }: { path: string }): ReactNode {
  const inspection = useCall('models.inspect', { path })
  const [name, setName] = useState<string | null>(null)
  const { run, isRunning } = useTask()
  const navigate = useNavigate()
  const add = (proposed: string) =>
    run(async () => {
      const model = await call('models.add', { path, name: name ?? proposed })
      await navigate(`/models/${encodeURIComponent(model.id)}`)
    })
  return (
    <section className="card stack" aria-label="What was found">
      <h2>What was found</h2>
      <p className="mono soft wrap-text">{path}</p>
      <Loaded state={inspection}>
        {(found) => (
          <>
            <ModelFacts model={found} />
            <div className="line">
              <label className="line">
                Name
                <input
                  className="input"
                  style={{ width: 280 }}
                  value={name ?? found.name}
                  onChange={(event) => setName(event.target.value)}
                />
              </label>
              <Button look="primary" disabled={isRunning} onClick={() => void add(found.name)}>
                {isRunning ? 'Reading the file …' : 'Add the model'}
              </Button>
              {found.unsupported.length > 0 && (
                <span className="soft">It can be added, but it will not run.</span>
              )}
            </div>
          </>
        )}
      </Loaded>
    </section>
  )
}
