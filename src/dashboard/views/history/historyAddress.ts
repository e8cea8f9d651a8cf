import type { AddressPart } from '../view.ts'

export interface HistoryAddress {
  range: 7 | 30 | 90
}

export const historyAddress: AddressPart<HistoryAddress> = {
  home: { range: 30 },
  read: query => {
    const range = Number(query.get('range')?.replace(/d$/, ''))
    return { range: range === 7 || range === 90 ? range : 30 }
  },
  write: ({ range }, query) => {
    if (range !== 30) query.set('range', `${range}d`)
  },
}
