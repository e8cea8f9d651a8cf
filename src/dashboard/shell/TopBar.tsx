import { usePlace, useServerNow, useUsage } from '../page/PageContext.ts'
import { DataAgeChip } from '../status/DataAgeChip.tsx'
import { HealthPill } from '../status/HealthPill.tsx'
import { LinkChip } from '../status/LinkChip.tsx'
import { VIEWS } from '../views/views.ts'
import { dayOf, utcDate } from '../words/clock.ts'
import { Tools } from './Tools.tsx'
import { ViewLink } from './ViewLink.tsx'

/** On a phone the tools stand under the view: the numbers come first. */
export function TopBar({ withTools }: { withTools: boolean }) {
  const { address } = usePlace()
  const usage = useUsage()
  const now = useServerNow(60)
  return (
    <header class="top">
      <div class="name">
        <h1>OpenAI usage</h1>
        <span class="date">{dayOf(usage?.date ?? utcDate(now))} UTC</span>
      </div>
      <div class="facts">
        <HealthPill />
        <DataAgeChip />
        <LinkChip />
      </div>
      {withTools && <Tools />}
      <nav class="views" aria-label="Views">
        {VIEWS.map(({ path, name, key, answers }) => (
          <ViewLink key={path} to={path} title={`${answers} (${key})`} current={address.view === path}>
            {name}
          </ViewLink>
        ))}
      </nav>
    </header>
  )
}
