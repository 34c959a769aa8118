/** How charts of alarms look: the same in both themes, by the page's variables. */
export const axisTick = { fontSize: 11, fill: 'var(--cb-text-muted)' } as const;

export const chartTip = {
  isAnimationActive: false,
  cursor: { fill: 'var(--cb-surface-hover)' },
  contentStyle: {
    background: 'var(--cb-surface-raised)',
    border: '1px solid var(--cb-border-strong)',
    color: 'var(--cb-text-main)',
    fontSize: 12,
    padding: '4px 8px',
  },
  itemStyle: { color: 'var(--cb-text-main)' },
} as const;
