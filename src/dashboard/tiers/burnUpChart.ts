// The only file that knows uPlot, loaded after the numbers are on the screen. The reading line is not uPlot's: ours
// also follows the keyboard and a finger.
import uPlot from 'uplot'
import { niceStep } from '../charts/columnTop.ts'
import type { BurnUpSeries } from './burnUpSeries.ts'
import { type ChartColours, chartColours } from './chartColours.ts'
import type { TierState } from './tierState.ts'

export interface BurnUpPicture {
  series: BurnUpSeries
  limit: number
  limitLabel: string
  now: number
  /** From here to now nothing is known yet. */
  knownTo: number
  state: TierState
  timeLabel(at: number): string
  tokenLabel(tokens: number): string
}

export interface BurnUpChart {
  update(picture: BurnUpPicture): void
  /** For paper, whose width no layout tells beforehand, and back. */
  print(on: boolean): void
  /** After the theme has changed. */
  recolour(): void
  timeAt(clientX: number): number
  /** Pixels from the host's left edge. */
  leftOf(at: number): number
  remove(): void
}

const HOUR_S = 3600
/** Labels follow the text around them: a wall screen is read from afar. */
const LABEL_SHARE = 0.8
const NARROW_PX = 420
/** A4 with its margins, and what stands around a curve there (print.css). */
const PAPER_PX = { half: 330, whole: 680, height: 130 }
const FEWEST_FOR_A_LINE = 4

export function createBurnUpChart(host: HTMLElement, first: BurnUpPicture): BurnUpChart {
  let picture = first
  let colours: ChartColours = chartColours(host, picture.state)
  const size = () => ({ width: Math.max(120, host.clientWidth), height: Math.max(80, host.clientHeight) })
  const label = Math.round(Number.parseFloat(getComputedStyle(host).fontSize) * LABEL_SHARE)
  const axis = {
    stroke: () => colours.text,
    grid: { stroke: () => colours.grid, width: 1 },
    ticks: { show: false },
    font: `${label}px system-ui, sans-serif`,
  }
  const line = { scale: 'y', points: { show: false }, width: 1.5, dash: [4, 4], stroke: () => colours.text }
  const plot = new uPlot(
    {
      ...size(),
      padding: [6, label * 1.8, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false }, y: { range: () => [0, picture.series.top] } },
      axes: [
        {
          ...axis,
          size: label * 2,
          gap: 2,
          splits: u => hours(u),
          values: (_u, splits) => splits.map(at => picture.timeLabel(at)),
        },
        {
          ...axis,
          size: label * 4.2,
          gap: 4,
          splits: () => quarters(),
          values: (_u, splits) => splits.map(each => (each === 0 ? '' : picture.tokenLabel(each))),
        },
      ],
      series: [
        {},
        {
          scale: 'y',
          width: 2,
          points: { size: 6, show: () => isolated(picture) },
          stroke: () => colours.line,
          fill: () => colours.area,
          paths: stepped(),
        },
        { ...line, width: 0 },
        line,
        { ...line, width: 0 },
        { ...line, width: 1.25, dash: [], stroke: () => colours.faint },
      ],
      bands: [{ series: [4, 2], fill: () => colours.band }],
      hooks: {
        drawClear: [u => shadeUnknown(u, picture, colours)],
        draw: [u => drawMarks(u, picture, colours, label)],
      },
    },
    picture.series.columns,
    host,
  )
  const watch = new ResizeObserver(() => plot.setSize(size()))
  watch.observe(host)
  function quarters(): number[] {
    const scale = niceStep(picture.series.top / 4)
    return Array.from({ length: Math.floor(picture.series.top / scale) + 1 }, (_, i) => i * scale)
  }
  function hours(u: uPlot): number[] {
    const [start = 0, end = 0] = [u.data[0].at(0), u.data[0].at(-1)]
    const step = (u.width < NARROW_PX ? 6 : 3) * HOUR_S
    return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) => start + i * step)
  }
  return {
    update(next) {
      // Reading colours makes the browser compute styles: only when they can have changed.
      if (next.state !== picture.state) colours = chartColours(host, next.state)
      picture = next
      plot.setData(picture.series.columns)
    },
    recolour() {
      colours = chartColours(host, picture.state)
      plot.redraw()
    },
    timeAt: clientX => plot.posToVal(clientX - plot.over.getBoundingClientRect().left, 'x'),
    leftOf: at => plot.valToPos(at, 'x') + plot.over.offsetLeft,
    print(on) {
      const isBeside = host.closest('.tiers[data-count="2"], section.tier') !== null
      plot.setSize(on ? { width: isBeside ? PAPER_PX.half : PAPER_PX.whole, height: PAPER_PX.height } : size())
    },
    remove() {
      watch.disconnect()
      plot.destroy()
    },
  }
}

/** So few readings make no line. */
function isolated({ series }: BurnUpPicture): boolean {
  return series.columns[1].filter(tokens => tokens != null).length < FEWEST_FOR_A_LINE
}

function stepped(): uPlot.Series.PathBuilder {
  const build = uPlot.paths.stepped
  if (!build) throw new Error('uPlot was built without stepped lines')
  return build({ align: 1 })
}

function shadeUnknown(u: uPlot, { knownTo, now }: BurnUpPicture, { unknown }: ChartColours): void {
  const [from, to] = [u.valToPos(knownTo, 'x', true), u.valToPos(Math.min(now, u.scales.x?.max ?? now), 'x', true)]
  if (to <= from) return
  u.ctx.fillStyle = unknown
  u.ctx.fillRect(from, u.bbox.top, to - from, u.bbox.height)
}

function drawMarks(u: uPlot, picture: BurnUpPicture, colours: ChartColours, label: number): void {
  const { ctx, bbox } = u
  const unit = devicePixelRatio
  ctx.save()
  ctx.setLineDash([])
  ctx.textAlign = 'left'
  ctx.strokeStyle = colours.limit
  ctx.fillStyle = colours.limit
  ctx.lineWidth = 1.5 * unit
  ctx.font = `600 ${label * unit}px system-ui, sans-serif`
  if (picture.limit > 0) {
    const y = u.valToPos(picture.limit, 'y', true)
    stroke(ctx, bbox.left, y, bbox.left + bbox.width, y)
    ctx.textBaseline = y - bbox.top < 16 * unit ? 'top' : 'bottom'
    ctx.fillText(picture.limitLabel, bbox.left + 4 * unit, y + (y - bbox.top < 16 * unit ? 3 : -3) * unit)
  }
  const x = u.valToPos(picture.now, 'x', true)
  if (x >= bbox.left && x <= bbox.left + bbox.width) {
    ctx.lineWidth = unit
    ctx.strokeStyle = colours.text
    ctx.fillStyle = colours.text
    ctx.font = `${label * unit}px system-ui, sans-serif`
    stroke(ctx, x, bbox.top, x, bbox.top + bbox.height)
    const atEnd = x > bbox.left + bbox.width * 0.85
    ctx.textAlign = atEnd ? 'right' : 'left'
    ctx.textBaseline = 'bottom'
    ctx.fillText('now', x + (atEnd ? -4 : 4) * unit, bbox.top + bbox.height - 4 * unit)
  }
  ctx.restore()
}

function stroke(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath()
  ctx.moveTo(x1, y1)
  ctx.lineTo(x2, y2)
  ctx.stroke()
}
