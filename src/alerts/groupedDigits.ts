/** `1,120,400`. By hand: a formatter object per call costs 120 microseconds on workerd. */
export function groupedDigits(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
