import type { Means } from '../../../src/receivers/webhookSender.ts'

export function sampleMeans(partial: Partial<Means> = {}): Means {
  return { secret: null, publicUrl: null, email: { binding: null, from: null }, now: 1_734_603_000_000, ...partial }
}
