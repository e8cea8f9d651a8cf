import { Icon } from './Icon.tsx'

interface Props {
  what: string
  /** What the server is asked, as for the numbers that are shown: the file has all of its rows, whatever the filters. */
  path: string
}

/** The server's own CSV, with the mark by which Excel knows UTF-8. The session is a cookie, so a link is enough. */
export function CsvLink({ what, path }: Props) {
  const href = `${path}${path.includes('?') ? '&' : '?'}format=csv&bom=1`
  return (
    <a class="button small" aria-label={`Save ${what} as CSV`} href={href} download>
      <Icon name="download" /> CSV
    </a>
  )
}
