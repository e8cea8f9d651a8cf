import { execFileSync } from 'node:child_process'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system of its own inside a file: it can be filled and made read-only, and nothing else on the machine is. */
export class SmallDisk {
  readonly #home: string
  /** Where it is mounted. */
  readonly dir: string

  private constructor(home: string) {
    this.#home = home
    this.dir = join(home, 'disk')
  }

  /** Or why this machine does not allow it. */
  static make(megabytes: number): SmallDisk | string {
    const disk = new SmallDisk(mkdtempSync(join(tmpdir(), 'tracker-disk-')))
    try {
      mkdirSync(disk.dir)
      writeFileSync(disk.#image, '')
      truncateSync(disk.#image, megabytes * 1_000_000)
      run('mkfs.ext4', '-q', '-F', '-m', '0', disk.#image)
      disk.#mount()
      return disk
    } catch (error) {
      rmSync(disk.#home, { recursive: true, force: true })
      return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    }
  }

  /** Takes all the room that is left. */
  fill(): void {
    const file = openSync(this.#ballast, 'a')
    for (const bytes of [1_000_000, 4096, 1]) writeUntilFull(file, Buffer.alloc(bytes))
    fsyncSync(file)
    closeSync(file)
  }

  makeRoom(): void {
    rmSync(this.#ballast, { force: true })
  }

  /** What Linux does after an error of the device: read-only at once, also for who has files open for writing. */
  makeReadOnly(): void {
    run('mount', '-o', 'remount,abort', this.dir)
  }

  /** Only while nobody uses it. */
  mend(): void {
    run('umount', this.dir)
    this.#mount()
  }

  end(): void {
    run('umount', '--lazy', this.dir)
    rmSync(this.#home, { recursive: true, force: true })
  }

  get #image(): string {
    return join(this.#home, 'image')
  }

  get #ballast(): string {
    return join(this.dir, 'ballast')
  }

  #mount(): void {
    run('mount', '-o', 'loop', this.#image, this.dir)
  }
}

function writeUntilFull(file: number, piece: Buffer): void {
  try {
    for (;;) writeSync(file, piece)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: 'pipe' })
}
