import type { MessageWords } from '../alerts/messageWords.ts'

/** As on the page: told apart by people who see red and green alike. */
export const COLOURS: Readonly<Record<MessageWords['severity'], string>> = {
  good: '#0072b2',
  warning: '#c77700',
  critical: '#b91c1c',
}

/** What a link or button to the page says. */
export const OPEN_PAGE = 'Open the dashboard'
