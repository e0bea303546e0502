/** What hovering over a chart shows, in the theme's colours. */
export const chartTipStyle = {
  background: 'var(--raised)',
  border: '1px solid var(--line)',
  borderRadius: 6,
  fontSize: 12,
} as const
