import type { Page } from 'playwright-core'

interface TraceEvent {
  name: string
  ph: string
  dur?: number
  /** Time that the thread really ran: without waiting for a processor that others use. */
  tdur?: number
  ts: number
  tid: number
  pid: number
  args: { data?: { type?: string } }
}

const MOVES_WITHIN_MS = 20_000

/** The quickest of several: a machine that is busy with something else says nothing about the page. `moves`: what an update changes. */
export async function drawingTime(page: Page, moves: string, push: () => Promise<void>, times = 3): Promise<number> {
  const taken: number[] = []
  for (let i = 0; i < times; i++) taken.push(await once(page, moves, push))
  return Math.min(...taken)
}

/** Main-thread milliseconds that one live update costs: script, style, layout and paint, from Chromium's own trace. */
async function once(page: Page, moves: string, push: () => Promise<void>): Promise<number> {
  const session = await page.context().newCDPSession(page)
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  await session.send('Tracing.start', { categories: 'devtools.timeline,toplevel', transferMode: 'ReportEvents' })
  const frame = page.evaluate(
    ([moves, within]) =>
      new Promise<boolean>(done => {
        const began = document.querySelector(moves)?.textContent
        const until = performance.now() + within
        const look = () => {
          if (document.querySelector(moves)?.textContent !== began)
            requestAnimationFrame(() => setTimeout(() => done(true), 60))
          else if (performance.now() > until) done(false)
          else setTimeout(look, 5)
        }
        look()
      }),
    [moves, MOVES_WITHIN_MS] as const,
  )
  await push()
  if (!(await frame)) throw new Error(`${moves} did not move within ${MOVES_WITHIN_MS / 1000} s of an update`)
  const done = new Promise(resolve => session.once('Tracing.tracingComplete', resolve))
  await session.send('Tracing.end')
  await done
  await session.detach()
  // The task that carries the message and the frame that draws it: the two longest of the main thread.
  const painted = events.find(event => event.name === 'UpdateLayoutTree' || event.name === 'Layout')
  const tasks = events
    .filter(event => event.name === 'RunTask' || event.name === 'ThreadControllerImpl::RunTask')
    .filter(event => event.ph === 'X' && (!painted || (event.tid === painted.tid && event.pid === painted.pid)))
    .map(event => (event.tdur ?? event.dur ?? 0) / 1_000)
    .sort((a, b) => b - a)
  return (tasks[0] ?? 0) + (tasks[1] ?? 0)
}
