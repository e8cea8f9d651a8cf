/** `2024-12-20 00:00 UTC` */
export function utcMinute(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** `17:40 UTC`, for a moment of the date that is spoken of; its end is 24:00. */
export function clockOf(seconds: number): string {
  const clock = new Date(seconds * 1000).toISOString().slice(11, 16)
  return `${clock === '00:00' ? '24:00' : clock} UTC`
}
