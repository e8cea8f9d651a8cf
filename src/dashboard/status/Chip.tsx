import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from '../shell/Icon.tsx'

export type Tone = 'ok' | 'warn' | 'critical' | 'none'

interface Props {
  tone: Tone
  icon: IconName
  title: string
  children: ComponentChildren
}

export function Chip({ tone, icon, title, children }: Props) {
  return (
    <span class={`chip tone-${tone}`} title={title}>
      <Icon name={icon} />
      <span>{children}</span>
    </span>
  )
}
