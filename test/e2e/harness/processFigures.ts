import { readdirSync, readFileSync } from 'node:fs'

export interface ProcessFigures {
  /** Resident memory, bytes. */
  memory: number
  /** Open files, sockets among them. */
  files: number
}

/** Of all processes with this name in a process group, together. Linux only: read from /proc. */
export function processFigures(group: number, name: string): ProcessFigures {
  const figures = { memory: 0, files: 0 }
  for (const pid of readdirSync('/proc').filter(entry => /^\d+$/.test(entry))) {
    try {
      // 1234 (name) S parent group ...
      const [, command, , , pgrp] =
        /^\d+ \((.*)\) (\S) (\d+) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
      if (command !== name || Number(pgrp) !== group) continue
      const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      figures.memory += Number(kilobytes ?? 0) * 1024
      figures.files += readdirSync(`/proc/${pid}/fd`).length
    } catch {
      // Ended while it was looked at.
    }
  }
  return figures
}
