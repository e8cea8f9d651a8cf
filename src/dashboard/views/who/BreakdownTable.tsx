import { useMemo } from 'preact/hooks'
import type { BreakdownView } from '../../../wire.ts'
import { usePlace, useServerNow } from '../../page/PageContext.ts'
import { useResources } from '../../page/useResource.ts'
import { go } from '../../shell/addressBar.ts'
import { CsvLink } from '../../shell/CsvLink.tsx'
import { DataTable } from '../../shell/DataTable.tsx'
import { Panel } from '../../shell/Panel.tsx'
import { Trouble } from '../../shell/Trouble.tsx'
import { dayOf, utcDate } from '../../words/clock.ts'
import { fullTokens, percent } from '../../words/tokens.ts'
import { breakdownRows, tokensOf, type WhoRow } from './breakdownRows.ts'
import { Opener } from './ModelLine.tsx'
import { RowDetails } from './RowDetails.tsx'
import { changeWords, type Span, spans } from './span.ts'
import { BY_NAMES, WhoTools } from './WhoTools.tsx'

const WINDOW = 100
const asked = (by: string, { from, to }: Span) => `/api/breakdown?by=${by}&from=${from}&to=${to}`

/** Who used a span of days, against the span before. */
export function BreakdownTable() {
  const { address } = usePlace()
  const clock = useServerNow(60)
  const today = utcDate(clock)
  const { by, span, tier, only, filter, open } = address
  const to = address.date ?? today
  const isAhead = to > today
  const { now, before } = spans(to, span)
  const [current, earlier] = useResources<BreakdownView>(isAhead ? [] : [asked(by, now), asked(by, before)])
  const rows = useMemo(
    () =>
      current?.value ? breakdownRows({ now: current.value, before: earlier?.value ?? null, tier, only, filter }) : [],
    [current?.value, earlier?.value, tier, only, filter],
  )
  const shown = address.all ? rows : rows.slice(0, WINDOW)
  const words = span === 1 ? dayOf(to) : `${dayOf(now.from)} to ${dayOf(to)}`
  const total = current?.value?.total
  const running = to === today
  return (
    <Panel
      id="who"
      class="who"
      title={
        <>
          {BY_NAMES[by]}{' '}
          <span class="muted">
            {words}
            {running ? ', so far' : ''}
          </span>
        </>
      }
      tools={<CsvLink what={BY_NAMES[by].toLowerCase()} path={asked(by, now)} />}
    >
      <WhoTools projectName={null} />
      {isAhead && <p class="empty">This date has not begun yet.</p>}
      {current && <Trouble of={current} what={BY_NAMES[by]} />}
      {current?.value && rows.length === 0 && <p class="empty">Nothing was used in this span, or nothing matches.</p>}
      {rows.length > 0 && total && (
        <DataTable
          label={`${BY_NAMES[by]} table`}
          columns={[
            {
              name: BY_NAMES[by].slice(0, -1),
              cell: (each: WhoRow) => <Opener id={each.id} label={each.label} shownId={each.shownId} />,
              total: 'Total',
            },
            {
              name: 'Tokens',
              num: true,
              cell: each => fullTokens(each.tokens),
              total: fullTokens(tokensOf(total, tier)),
            },
            {
              name: 'Free',
              num: true,
              cell: each => fullTokens(each.row.free_tokens),
              total: fullTokens(total.free_tokens),
            },
            {
              name: 'Billed',
              num: true,
              cell: each => fullTokens(each.row.billed_tokens),
              total: fullTokens(total.billed_tokens),
            },
            {
              name: 'Of premium',
              num: true,
              cell: each => shareOfTier(each.row.premium_tokens, total.premium_tokens),
              total: fullTokens(total.premium_tokens),
            },
            {
              name: 'Of mini',
              num: true,
              cell: each => shareOfTier(each.row.mini_tokens, total.mini_tokens),
              total: fullTokens(total.mini_tokens),
            },
            {
              name: 'Requests',
              num: true,
              cell: each => fullTokens(each.row.requests),
              total: fullTokens(total.requests),
            },
            {
              name: 'Before',
              num: true,
              cell: each => (each.before === null ? '…' : fullTokens(each.before)),
              total: earlier?.value ? fullTokens(tokensOf(earlier.value.total, tier)) : '…',
            },
            {
              name: 'Change',
              num: true,
              cell: each => changeWords(each.tokens, each.before),
              total: changeWords(tokensOf(total, tier), earlier?.value ? tokensOf(earlier.value.total, tier) : null),
            },
            {
              name: 'Share',
              num: true,
              cell: each => (
                <span class="share" style={{ '--share': each.share.toFixed(3) }}>
                  {percent(each.share)}
                </span>
              ),
              total: '',
            },
          ]}
          rows={shown}
          keyOf={({ id }) => id}
          under={each => (each.id === open ? <RowDetails by={by} id={each.id} to={to} /> : null)}
        />
      )}
      {rows.length > 0 && (
        <p class="muted more">
          Before: {dayOf(before.from)}
          {span === 1 ? '' : ` to ${dayOf(before.to)}`}, whole days
          {running ? '; the span shown is still running' : ''}.
        </p>
      )}
      {rows.length > WINDOW && (
        <p class="more">
          <button type="button" class="button small" onClick={() => go({ all: !address.all })}>
            {address.all ? `Show the first ${WINDOW}` : `Show all ${fullTokens(rows.length)}`}
          </button>
        </p>
      )}
    </Panel>
  )
}

function shareOfTier(tokens: number, total: number): string {
  return total > 0 && tokens > 0 ? percent(tokens / total) : '–'
}
