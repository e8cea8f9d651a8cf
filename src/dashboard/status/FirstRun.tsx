import type { StatusView } from '../../wire.ts'
import { Icon } from '../shell/Icon.tsx'
import { firstRunSteps } from './firstRunSteps.ts'

export function FirstRun({ status }: { status: StatusView }) {
  return (
    <section class="card first-run" aria-labelledby="first-run">
      <h2 id="first-run">Setting up</h2>
      <ol>
        {firstRunSteps(status).map(step => (
          <li key={step.what} class={step.done ? 'done' : step.optional ? 'optional' : 'todo'}>
            <Icon name={step.done ? 'ok' : step.optional ? 'none' : 'warn'} />
            <div>
              <b>{step.what}</b>
              <span class="unseen">{step.done ? ' (done)' : step.optional ? ' (optional)' : ' (to do)'}</span>
              {!step.done && <p>{step.how}</p>}
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}
