const PATHS = {
  ok: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM5 8.2l2.1 2.1L11.2 6',
  warn: 'M8 1.8 15 14H1L8 1.8ZM8 6v4M8 11.8v.6',
  critical: 'M8 1 15 8 8 15 1 8 8 1ZM8 4.6v4.2M8 10.4v.8',
  exceeded: 'M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2l3.7-3.7ZM5.5 5.5l5 5M10.5 5.5l-5 5',
  billed:
    'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM10 6c-.3-.8-1-1.2-2-1.2S6 5.3 6 6.3c0 2.2 4 1.2 4 3.4 0 1-.8 1.5-2 1.5S6.2 10.8 5.9 10M8 3.6v8.8',
  none: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM5 8h6',
  info: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 7.2v4M8 4.6v.6',
  bell: 'M3.5 11.5h9l-1.2-2V7a3.3 3.3 0 0 0-6.6 0v2.5ZM6.7 13.5h2.6',
  clock: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 4.5V8l2.5 1.8',
  link: 'M3.2 11.8a6.8 6.8 0 0 1 0-7.6M12.8 4.2a6.8 6.8 0 0 1 0 7.6M5.4 10a3.6 3.6 0 0 1 0-4M10.6 6a3.6 3.6 0 0 1 0 4M8 7.9v.2',
  cut: 'M3.2 11.8a6.8 6.8 0 0 1 0-7.6M12.8 4.2a6.8 6.8 0 0 1 0 7.6M6 6l4 4M10 6l-4 4',
  refresh: 'M13.5 8A5.5 5.5 0 1 1 11.8 4M12 1.2V4.2H9',
  light:
    'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M13 3l-1.2 1.2M4.2 11.8 3 13',
  dark: 'M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1Z',
  system: 'M1.5 2.5h13v8.5h-13ZM5.5 14h5M8 11v3',
  kiosk: 'M1.5 5.5v-4h4M10.5 1.5h4v4M14.5 10.5v4h-4M5.5 14.5h-4v-4',
  pause: 'M5 3v10M11 3v10',
  play: 'M4.5 2.5 13 8l-8.5 5.5Z',
  download: 'M8 1.8v8M4.8 7 8 10.2 11.2 7M2 13.8h12',
  help: 'M5.6 5.6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.2.9-1.2 1.8M8 12v.6',
  out: 'M6 2H2.5v12H6M7 8h7M11 5l3 3-3 3',
  lock: 'M3 7.5h10v7H3ZM5 7.5V5a3 3 0 0 1 6 0v2.5',
}

export type IconName = keyof typeof PATHS

/** Drawing beside words: never alone, so always hidden from screen readers. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}
