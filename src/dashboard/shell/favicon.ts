import type { TabState } from './pageTitle.ts'

// Read at 16 pixels on light and dark tab bars alike, so each colour keeps 3:1 against both.
const COLOURS = { none: '#7b8794', ok: '#2b88c8', warn: '#c77700', critical: '#d93636', exceeded: '#a21caf' }
const RADIUS = 11
const AROUND = 2 * Math.PI * RADIUS

/** A ring filled as far as the worse tier is used; a full disc with a mark past the limit, broken when stale. */
export function favicon({ state, share, stale }: Pick<TabState, 'state' | 'share' | 'stale'>): string {
  const colour = COLOURS[stale ? 'none' : state]
  const arc = Math.min(1, share ?? 0) * AROUND
  const ring = (stroke: string, dash: string) =>
    `<circle cx="16" cy="16" r="${RADIUS}" fill="none" stroke="${stroke}" stroke-width="7" stroke-dasharray="${dash}" transform="rotate(-90 16 16)"/>`
  const drawing =
    state === 'exceeded' && !stale
      ? `<circle cx="16" cy="16" r="15" fill="${colour}"/><path d="M16 7v11M16 22v4" stroke="#fff" stroke-width="4"/>`
      : `${ring('#9aa5b155', stale ? '5 4' : 'none')}${ring(colour, `${arc.toFixed(1)} ${AROUND.toFixed(1)}`)}`
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${drawing}</svg>`)}`
}
