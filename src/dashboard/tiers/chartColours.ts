import type { TierState } from './tierState.ts'

export interface ChartColours {
  line: string
  area: string
  limit: string
  grid: string
  text: string
  band: string
  unknown: string
  /** A usual day, behind today's. */
  faint: string
}

const LINES: Record<TierState, string> = {
  none: '--ok',
  ok: '--ok',
  warn: '--warn',
  critical: '--critical',
  exceeded: '--exceeded',
}

/** A canvas knows no CSS variables: they are resolved on an element, which also follows forced colours. */
export function chartColours(host: HTMLElement, state: TierState): ChartColours {
  const probe = document.createElement('span')
  host.append(probe)
  const read = (name: string) => {
    probe.style.color = `var(${name})`
    return getComputedStyle(probe).color
  }
  const line = read(LINES[state])
  const colours = {
    line,
    area: faded(line, 0.14),
    limit: read('--text'),
    grid: read('--grid'),
    text: read('--muted'),
    band: faded(read('--muted'), 0.16),
    unknown: faded(read('--muted'), 0.08),
    faint: faded(read('--muted'), 0.55),
  }
  probe.remove()
  return colours
}

function faded(colour: string, alpha: number): string {
  const parts = colour.match(/[\d.]+/g)?.slice(0, 3)
  return colour.startsWith('rgb') && parts ? `rgba(${parts.join(',')},${alpha})` : 'transparent'
}
