import { Tooltip } from 'radix-ui'
import { lazy, useEffect, useState, type ReactNode } from 'react'
import { createHashRouter } from 'react-router'
import { RouterProvider } from 'react-router/dom'
import type { Settings } from '#contract/system'
import { Frame } from './components/frame.tsx'
import { CoverProvider } from './components/sensitive-text.tsx'
import { ToastProvider } from './components/toasts.tsx'
import { SettingsProvider, useSettings } from './hooks/use-settings.tsx'
import { ConfigurationEditor } from './pages/configurations/configuration-editor.tsx'
import { Configurations } from './pages/configurations/configurations.tsx'
import { ConfigurationVersus } from './pages/configurations/configuration-versus.tsx'
import { LabelPage } from './pages/label/label-page.tsx'
import { AddModel } from './pages/models/add-model.tsx'
import { ModelPage } from './pages/models/model-page.tsx'
import { Models } from './pages/models/models.tsx'
import { NewEvaluation } from './pages/new-evaluation/new-evaluation.tsx'
import { Runs } from './pages/runs/runs.tsx'
import { SettingsPage } from './pages/settings/settings-page.tsx'
import { Start } from './pages/start.tsx'
import { SuitePage } from './pages/suites/suite-page.tsx'
import { Suites } from './pages/suites/suites.tsx'
import { Unknown } from './pages/unknown.tsx'

// Pages that draw charts are read when they are opened: the first window needs no chart library.
const Compare = lazy(async () => ({
  default: (await import('./pages/compare/compare.tsx')).Compare,
}))
const ConfigurationPage = lazy(async () => ({
  default: (await import('./pages/configurations/configuration-page.tsx')).ConfigurationPage,
}))
const RunPage = lazy(async () => ({
  default: (await import('./pages/runs/run-page.tsx')).RunPage,
}))

/** Addresses live behind the hash, so that deep links work wherever the page is served from. */
function createRouter() {
  return createHashRouter([
    {
      element: <Frame />,
      children: [
        { path: '/', element: <Start /> },
        { path: '/new', element: <NewEvaluation /> },
        { path: '/runs', element: <Runs /> },
        { path: '/runs/:id', element: <RunPage /> },
        { path: '/compare', element: <Compare /> },
        { path: '/label', element: <LabelPage /> },
        { path: '/models', element: <Models /> },
        { path: '/models/add', element: <AddModel /> },
        { path: '/models/:id', element: <ModelPage /> },
        { path: '/configurations', element: <Configurations /> },
        { path: '/configurations/new', element: <ConfigurationEditor /> },
        { path: '/configurations/:hash', element: <ConfigurationPage /> },
        { path: '/configurations/:hash/versus/:other', element: <ConfigurationVersus /> },
        { path: '/suites', element: <Suites /> },
        { path: '/suites/:id', element: <SuitePage /> },
        { path: '/settings', element: <SettingsPage /> },
        { path: '*', element: <Unknown /> },
      ],
    },
  ])
}

export function App({ settings }: { settings: Settings }): ReactNode {
  const [router] = useState(createRouter)
  return (
    <SettingsProvider initial={settings}>
      <Theme />
      <CoverProvider>
        <Tooltip.Provider delayDuration={400}>
          <ToastProvider>
            <RouterProvider router={router} />
          </ToastProvider>
        </Tooltip.Provider>
      </CoverProvider>
    </SettingsProvider>
  )
}

/** The stylesheet reads the theme from the document. */
function Theme(): null {
  const { settings } = useSettings()
  useEffect(() => {
    document.documentElement.dataset['theme'] = settings.theme
  }, [settings.theme])
  return null
}
