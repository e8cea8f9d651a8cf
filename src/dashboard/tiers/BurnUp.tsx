import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Tier } from '../../wire.ts'
import { ChartFrame } from '../charts/ChartFrame.tsx'
import { ChartSlider } from '../charts/ChartSlider.tsx'
import { usePlace, useReadings } from '../page/PageContext.ts'
import { CsvLink } from '../shell/CsvLink.tsx'
import { TableToggle } from '../shell/TableToggle.tsx'
import { onColours } from '../shell/useTheme.ts'
import { dayOf, timeOfDay, utcDate } from '../words/clock.ts'
import { fullTokens, shortTokens } from '../words/tokens.ts'
import { type BurnUpChart, type BurnUpPicture, createBurnUpChart } from './burnUpChart.ts'
import { type BurnUpQuestion, burnUpSeries } from './burnUpSeries.ts'
import { HourTable } from './HourTable.tsx'
import { nounOf, rangeOf } from './outlook.ts'
import { PAGE_S, readBurnUp, stopsOf } from './readBurnUp.ts'
import type { TierView } from './useTier.ts'
import { type Usual, useUsual } from './useUsual.ts'

/** What today is held against. */
function against({ byNow, lastWeek }: Usual, now: number): string {
  const day = dayOf(utcDate(now)).slice(0, 3)
  return [
    ...(lastWeek === null ? [] : [`last ${day} by now ${shortTokens(lastWeek)}`]),
    ...(byNow === null ? [] : [`a usual day by now ${shortTokens(byNow)} (faint line)`]),
  ].join(', ')
}

export function BurnUp({ tier, view }: { tier: Tier; view: TierView }) {
  const { address, zone } = usePlace()
  const asked = useReadings()
  const { readings, forecast, dayStart, dayEnd, now, usage } = view
  const range = rangeOf(forecast)
  const usual = useUsual(tier)
  const question: BurnUpQuestion = { readings, range, usual: usual.curve, limit: usage.limit, dayStart, dayEnd }
  const series = burnUpSeries(question)
  const host = useRef<HTMLDivElement>(null)
  const chart = useRef<BurnUpChart | null>(null)
  const [at, setAt] = useState<number | null>(null)
  const last = readings.at(-1)?.at ?? dayStart
  const picture: BurnUpPicture = {
    series,
    limit: usage.limit,
    limitLabel: `limit ${shortTokens(usage.limit)}`,
    now,
    knownTo: last,
    state: view.state,
    timeLabel: moment => timeOfDay(moment, zone.name),
    tokenLabel: shortTokens,
  }
  const latest = useRef(picture)
  latest.current = picture
  const asTable = address.tables.includes(tier)

  useEffect(() => {
    const box = host.current
    if (!box || asTable) return
    // On a phone it stands below the first screen, and to make it takes as long as all that is on there.
    const watch = new IntersectionObserver(seen => seen.some(each => each.isIntersecting) && make())
    const make = () => {
      watch.disconnect()
      chart.current ??= createBurnUpChart(box, latest.current)
    }
    watch.observe(box)
    const print = () => {
      make()
      chart.current?.print(true)
    }
    const unprint = () => chart.current?.print(false)
    addEventListener('beforeprint', print)
    addEventListener('afterprint', unprint)
    const stop = onColours(() => chart.current?.recolour())
    return () => {
      stop()
      watch.disconnect()
      removeEventListener('beforeprint', print)
      removeEventListener('afterprint', unprint)
      chart.current?.remove()
      chart.current = null
    }
  }, [asTable])
  // In the frame that shows the numbers: drawn after it, the curve would cost the whole page a second frame.
  useLayoutEffect(
    () => chart.current?.update(latest.current),
    [asked.value, usage, view.stale, now, zone.name, usual.curve],
  )

  const under = (event: MouseEvent) => {
    const moment = chart.current?.timeAt(event.clientX)
    return moment === undefined ? null : Math.max(dayStart, Math.min(dayEnd, moment))
  }
  const said = readBurnUp(question, at ?? last, zone)
  const none = readings.length === 0
  const compared = against(usual, now)
  return (
    <ChartFrame
      class="burn-up"
      caption={
        <span class="readout">
          {none ? (asked.problem ? 'Today’s curve could not be loaded' : 'No reading yet today') : said}
          {series.beyond !== null && ` · the forecast goes on to ${shortTokens(series.beyond)}, above the chart`}
        </span>
      }
      tools={
        <>
          <TableToggle name={tier} what={`${tier} burn-up`} />
          <CsvLink what="today’s readings" path={`/api/history?date=${utcDate(dayStart)}`} />
        </>
      }
      note={
        <p class="against muted">
          {compared}
          {`${compared === '' ? 'H' : ' · h'}ours in ${zone.name === 'UTC' ? 'UTC' : zone.label}`}
        </p>
      }
      table={asTable ? <HourTable tier={tier} readings={readings} dayStart={dayStart} limit={usage.limit} /> : null}
    >
      <ChartSlider
        class="plot"
        label={`${tier} ${nounOf(usage)} over the day, limit ${fullTokens(usage.limit)}. ${view.outlook.sentence}`}
        stops={stopsOf(question)}
        page={PAGE_S}
        at={at ?? last}
        said={said}
        from={dayStart}
        to={dayEnd}
        under={under}
        onMove={setAt}
      >
        <div class="plot-host" ref={host} aria-hidden="true" />
        {at !== null && chart.current && <i class="reading-line" style={{ left: `${chart.current.leftOf(at)}px` }} />}
      </ChartSlider>
    </ChartFrame>
  )
}
