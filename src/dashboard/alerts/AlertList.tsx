import type { AlertView } from '../../wire.ts'
import { useServerNow, useView } from '../page/PageContext.ts'
import { CsvButton } from '../shell/CsvButton.tsx'
import { Icon } from '../shell/Icon.tsx'
import { TIER_NAMES } from '../tiers/tierNames.ts'
import { clock, dayAndClock, utcDate } from '../words/clock.ts'
import { fullTokens, percent } from '../words/tokens.ts'
import { deliveryWords } from './deliveryWords.ts'

const SHOWN = 50

export function AlertList() {
  const { state, address } = useView()
  const alerts = (state.alerts ?? []).filter(alert => address.tier === null || alert.tier === address.tier)
  return (
    <section class="card alerts" aria-labelledby="alerts">
      <header>
        <h2 id="alerts">
          Alerts <span class="muted">last 7 days</span>
        </h2>
        <CsvButton
          what="alerts"
          name="alerts"
          header={[
            'created_at',
            'date_utc',
            'tier',
            'threshold',
            'percentage',
            'tokens_used',
            'limit_value',
            'sent',
            'message',
          ]}
          rows={() =>
            alerts.map(a => [
              a.created_at,
              a.date,
              a.tier,
              a.threshold,
              a.percentage,
              a.tokens_used,
              a.limit_value,
              a.sent,
              a.message,
            ])
          }
        />
      </header>
      {alerts.length === 0 ? (
        <p class="empty">
          {state.missing.alerts
            ? state.missing.alerts.detail
            : state.alerts === null
              ? 'Loading…'
              : none(state.status?.thresholds ?? [])}
        </p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
        <section class="scroll" tabIndex={0} aria-label="Alerts list">
          <ul>
            {alerts.slice(0, SHOWN).map(alert => (
              <AlertLine key={alert.id} alert={alert} />
            ))}
          </ul>
        </section>
      )}
    </section>
  )
}

function none(thresholds: readonly number[]): string {
  return thresholds.length === 0 ? 'No alert.' : `No alert: no tier has reached ${Math.min(...thresholds)} %.`
}

function AlertLine({ alert }: { alert: AlertView }) {
  const { zone } = useView()
  const now = useServerNow(10)
  const when =
    utcDate(alert.timestamp) === utcDate(now) ? clock(alert.timestamp, zone) : dayAndClock(alert.timestamp, zone)
  const over = alert.percentage >= 100
  return (
    <li>
      <p class={over ? 'tone-exceeded' : 'tone-warn'}>
        <Icon name={over ? 'exceeded' : 'warn'} />
        <span>
          <b>
            {alert.tier === null ? '' : TIER_NAMES[alert.tier]} passed {alert.threshold} %
          </b>{' '}
          <time dateTime={alert.created_at}>{when}</time>
        </span>
      </p>
      <p class="muted">
        {percent(alert.tokens_used / alert.limit_value)}: {fullTokens(alert.tokens_used)} of{' '}
        {fullTokens(alert.limit_value)} tokens
        {alert.late ? `, seen after ${alert.date} had ended` : ''}
      </p>
      {deliveryWords(alert, now).map(delivery => (
        <p key={delivery.text} class={`delivery tone-${delivery.tone}`}>
          <Icon name={delivery.tone} /> <span>{delivery.text}</span>
        </p>
      ))}
    </li>
  )
}
