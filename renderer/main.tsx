import './zod-without-eval.ts'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { toAppError } from '#contract/errors'
import { call } from './api.ts'
import { App } from './app.tsx'
import { CannotStart } from './cannot-start.tsx'
import './styles/tokens.css'
import './styles/base.css'
import './styles/frame.css'
import './styles/controls.css'
import './styles/parts.css'

const place = document.getElementById('root')
if (place === null) throw new Error('index.html: expected an element with id root')
const root = createRoot(place)

void import('./styles/fonts.ts')

try {
  const settings = await call('settings.get', {})
  document.documentElement.dataset['theme'] = settings.theme
  if (window.location.hash === '') window.location.hash = `#${settings.lastAddress}`
  root.render(
    <StrictMode>
      <App settings={settings} />
    </StrictMode>,
  )
} catch (thrown) {
  root.render(<CannotStart error={toAppError(thrown)} />)
}
