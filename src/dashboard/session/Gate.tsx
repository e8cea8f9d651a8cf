import type { ComponentChildren } from 'preact'

export function Gate({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <main class="gate">
      <div class="gate-card">
        <p class="gate-name">OpenAI usage</p>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  )
}
