import type { Fault } from './fault.ts'

/** Changes of model permissions that are answered well and are not what they say. */
export const WRITE_FAULTS: Record<string, Fault> = {
  'lost-write': { kind: 'write', summary: 'changes of model permissions: answered, and never made', acting: 'lost' },
  'late-write': {
    kind: 'write',
    summary: 'changes of model permissions: made 45 s after their answer',
    acting: 'late',
  },
}
