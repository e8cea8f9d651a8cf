import { accessSync, constants, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a start writes, and some minutes of work. */
const ROOM_BYTES = 4_000_000

/** Wrangler would end with a page of text, or start and fail at every write. `folder` is made where it is missing. */
export function needWritableFolder(folder: string, whose: string, choose: string): void {
  try {
    mkdirSync(folder, { recursive: true })
    // Files that another user has left, after a start with sudo for one. SQLite's own helpers come and go.
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => !/-(wal|shm)$/.test(path))
    for (const path of paths) accessSync(join(folder, path), constants.W_OK)
    tryToWrite(join(folder, `.room-${process.pid}`))
  } catch (error) {
    throw new Error(
      `The folder ${folder}, for ${whose}, ${wrongWith(error as NodeJS.ErrnoException)}. ` +
        `Mend that, or choose another folder: ${choose}`,
    )
  }
}

function tryToWrite(path: string): void {
  try {
    writeFileSync(path, Buffer.alloc(ROOM_BYTES), { flush: true })
  } finally {
    rmSync(path, { force: true })
  }
}

function wrongWith(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `has no room left (${error.code})`
    case 'EROFS':
      return 'is on a read-only file system (EROFS)'
    case 'EACCES':
    case 'EPERM':
      return `may not be written by this user (${error.code}: ${error.path})`
    default:
      return `cannot be used (${error.message})`
  }
}
