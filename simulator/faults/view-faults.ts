import type { Fault } from './fault.ts'

/** Well-formed pages of a server that is wrong about the time, behind, or has changed its mind. */
export const VIEW_FAULTS: Record<string, Fault> = {
  'clock-ahead': {
    kind: 'view',
    summary: 'the clock, also in Date, is 10 minutes ahead',
    bend: { clockAheadSeconds: 600 },
  },
  'clock-behind': {
    kind: 'view',
    summary: 'the clock, also in Date, is 10 minutes behind',
    bend: { clockAheadSeconds: -600 },
  },
  'late-data': { kind: 'view', summary: 'nothing younger than an hour is known', bend: { knowledgeAgeSeconds: 3600 } },
  'totals-fall': { kind: 'view', summary: 'all numbers a tenth smaller', bend: { scale: 0.9 } },
  'totals-collapse': { kind: 'view', summary: 'all numbers seven tenths smaller', bend: { scale: 0.3 } },
  'zero-rows': { kind: 'view', summary: 'all rows there, all numbers zero', bend: { scale: 0 } },
}
