export const BUCKET_SECONDS = { '1m': 60, '1h': 3600, '1d': 86400 } as const

export type BucketWidth = keyof typeof BUCKET_SECONDS

/** Buckets are aligned to UTC, so a start inside a bucket means the whole bucket. */
export function bucketStart(time: number, width: BucketWidth): number {
  return Math.floor(time / BUCKET_SECONDS[width]) * BUCKET_SECONDS[width]
}

export const DAY_SECONDS = BUCKET_SECONDS['1d']

export function dayOf(time: number): number {
  return Math.floor(time / DAY_SECONDS)
}
