import {
  Blocks,
  Boxes,
  ClipboardList,
  Gauge,
  House,
  ListChecks,
  Scale,
  Settings,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { NavLink } from 'react-router'

const places: readonly { to: string; title: string; Icon: typeof Gauge }[] = [
  { to: '/', title: 'Start', Icon: House },
  { to: '/new', title: 'New', Icon: ListChecks },
  { to: '/runs', title: 'Runs', Icon: Gauge },
  { to: '/compare', title: 'Compare', Icon: Scale },
  { to: '/models', title: 'Models', Icon: Boxes },
  { to: '/configurations', title: 'Configu\u00adrations', Icon: Blocks },
  { to: '/suites', title: 'Suites', Icon: ClipboardList },
]

export function Rail(): ReactNode {
  return (
    <nav className="rail" aria-label="Pages">
      {places.map(({ to, title, Icon }) => (
        <NavLink key={to} to={to} end={to === '/'} draggable={false}>
          <Icon size={18} aria-hidden />
          {title}
        </NavLink>
      ))}
      <NavLink to="/settings" className="last" draggable={false}>
        <Settings size={18} aria-hidden />
        Settings
      </NavLink>
    </nav>
  )
}
