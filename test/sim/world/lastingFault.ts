import type { ReceiverMode } from './receivers.ts'

/** One thing that fails until somebody mends it, while all else is well. Dates are UTC midnights (Unix seconds). */
export type UpstreamsFault =
  /** Every question about usage by minutes or hours is answered 500. */
  | { kind: 'width'; width: '1m' | '1h' }
  /** Every question about days that takes this date in is answered 500. */
  | { kind: 'date'; date: number }
  /** A row of this date lacks its fields. */
  | { kind: 'spoiledDate'; date: number }
  /** The hours of this date are answered 500, or are an empty page. */
  | { kind: 'hoursOfDate'; date: number; empty: boolean }
  | { kind: 'costs' }

export type LastingFault =
  | UpstreamsFault
  | { kind: 'receiver'; receiver: number; mode: ReceiverMode }
  /** Every statement about one table fails; `forGood`: as a constraint does. */
  | { kind: 'd1Table'; table: string; forGood: boolean }
  /** The key has a typing error. */
  | { kind: 'key' }
  /** Nobody is to be told. */
  | { kind: 'noReceiver' }
  | { kind: 'd1ReadOnly' }
  | { kind: 'd1Unmigrated' }

export function isUpstreams(fault: LastingFault): fault is UpstreamsFault {
  return ['width', 'date', 'spoiledDate', 'hoursOfDate', 'costs'].includes(fault.kind)
}

/** What a question meets: a refusal, an empty page, a bucket (its start) that cannot be read, or nothing of it. */
export function meeting(fault: UpstreamsFault, url: URL, nowS: number): 'fails' | 'empty' | number | null {
  const query = url.searchParams
  const isCosts = url.pathname.endsWith('/costs')
  if (fault.kind === 'costs') return isCosts ? 'fails' : null
  if (!url.pathname.endsWith('/usage/completions')) return null
  const width = query.get('bucket_width')
  if (fault.kind === 'width') return width === fault.width ? 'fails' : null
  const from = Number(query.get('start_time'))
  const to = query.has('end_time') ? Number(query.get('end_time')) : nowS
  if (fault.date < from || fault.date >= to) return null
  switch (fault.kind) {
    case 'date':
      return width === '1d' ? 'fails' : null
    case 'spoiledDate':
      return width === '1d' ? fault.date : null
    case 'hoursOfDate':
      if (width !== '1h') return null
      return fault.empty ? 'empty' : 'fails'
  }
}
