import type { AlertView } from '../../../wire.ts'
import { usePlace, useServerNow } from '../../page/PageContext.ts'
import { Icon } from '../../shell/Icon.tsx'
import { TIER_NAMES } from '../../tiers/tierState.ts'
import { when } from '../../words/clock.ts'
import { fullTokens, percent } from '../../words/tokens.ts'
import { deliveryWords } from './deliveryWords.ts'
import { KIND_WORDS, shortMessage } from './kindWords.ts'

export function AlertLine({ alert }: { alert: AlertView }) {
  const { zone } = usePlace()
  const now = useServerNow(10)
  const { tone, title } = headOf(alert)
  return (
    <li>
      <p class={`tone-${tone}`}>
        <Icon name={tone === 'none' ? 'info' : tone} />
        <span>
          <b>{title}</b> <span class="tag-kind">{KIND_WORDS[alert.kind]?.name ?? alert.kind}</span>{' '}
          <time dateTime={alert.created_at}>{when(alert.timestamp, now, zone)}</time>
        </span>
      </p>
      <Figures alert={alert} />
      {deliveryWords(alert, now).map(delivery => (
        <p key={delivery.text} class={`delivery tone-${delivery.tone}`}>
          <Icon name={delivery.tone} /> <span>{delivery.text}</span>
        </p>
      ))}
    </li>
  )
}

function Figures({ alert }: { alert: AlertView }) {
  const late = alert.late ? `seen after ${alert.date} had ended` : ''
  if (alert.tier === null || alert.limit_value <= 0) return late === '' ? null : <p class="muted">{late}</p>
  return (
    <p class="muted">
      {percent(alert.tokens_used / alert.limit_value)}: {fullTokens(alert.tokens_used)} of{' '}
      {fullTokens(alert.limit_value)} tokens
      {late === '' ? '' : `, ${late}`}
    </p>
  )
}

function headOf(alert: AlertView): { tone: 'warn' | 'exceeded' | 'critical' | 'none'; title: string } {
  if (alert.kind === 'threshold' && alert.tier !== null) {
    const tone = alert.percentage >= 100 ? 'exceeded' : 'warn'
    return { tone, title: `${TIER_NAMES[alert.tier]} passed ${alert.threshold} %` }
  }
  if (alert.kind === 'budget' && alert.threshold !== null)
    return {
      tone: alert.threshold >= 100 ? 'exceeded' : 'warn',
      title: `The month’s budget passed ${alert.threshold} %`,
    }
  const title = shortMessage(alert)
  if (alert.kind === 'digest' || alert.kind === 'leftover') return { tone: 'none', title }
  return { tone: alert.kind === 'watch' ? 'critical' : 'warn', title }
}
