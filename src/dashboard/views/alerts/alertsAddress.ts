import { ALERT_KINDS, type AlertKind } from '../../../wire.ts'
import { type AddressPart, oneOf } from '../view.ts'

export interface AlertsAddress {
  kind: AlertKind | null
}

export const alertsAddress: AddressPart<AlertsAddress> = {
  home: { kind: null },
  read: query => ({ kind: oneOf(query, 'kind', ALERT_KINDS, null) }),
  write: ({ kind }, query) => {
    if (kind) query.set('kind', kind)
  },
}
