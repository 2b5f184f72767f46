import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { root } from './blocks.ts';

const main = join(root, 'dist/src/cli/main.js');

/** What stands for the programs that an example names, so that it runs the tree as it is built. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'lockfree-lab': `exec "${process.execPath}" "${main}" "$@"`,
  srun: 'exec "$@"',
  // Other tools are not run a second time from within the tests: what the line names has to be there.
  npx: `
name=$1; shift
[ "$name" = lockfree-lab ] && exec lockfree-lab "$@"
[ -e "${root}/node_modules/.bin/$name" ] || { echo "npx: there is no $name" >&2; exit 1; }
for path; do
  case "$path" in */*) [ -e "${root}/$path" ] || { echo "there is no $path" >&2; exit 1; } ;; esac
done`,
  npm: `
[ "$1" = ci ] && exit 0
[ "$1" = run ] && shift
name=$1; shift
[ "$1" = -- ] && shift
[ "$name" = lab ] && exec lockfree-lab "$@"
[ "$name" = start ] && exec lockfree-lab tour "$@"
grep -q "^    \\"$name\\": " "${root}/package.json" || { echo "npm: there is no script $name" >&2; exit 1; }`,
};

export interface Done {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder in which the lines of an example run one after the other, as a user would type them at the root of a clone. */
export class Shell implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'lockfree-lab-example-'));
  readonly #bin: string = mkdtempSync(join(tmpdir(), 'lockfree-lab-bin-'));
  /** The last line that searched one part of several. */
  #shard: string | null = null;

  constructor() {
    for (const [name, script] of Object.entries(PROGRAMS))
      writeFileSync(join(this.#bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    // A copy of what lines write to, and the rest as it is.
    cpSync(join(root, 'bench'), join(this.folder, 'bench'), { recursive: true });
    for (const name of ['node_modules', 'package.json', 'src', 'dist', 'workers'])
      symlinkSync(join(root, name), join(this.folder, name));
    mkdirSync(join(this.folder, 'parts'));
  }

  /**
   * Runs a line, or a whole script.
   *
   * @param interruptAfter milliseconds after which it gets the signal of a Ctrl-C; null if it runs to its end
   */
  async run(
    line: string,
    {
      env = {},
      interruptAfter = null,
    }: { env?: Readonly<Record<string, string>>; interruptAfter?: number | null } = {},
  ): Promise<Done> {
    if (/--shard \d+\/\d+ /.test(line)) this.#shard = line;
    const own = Object.entries(process.env).filter(([name]) => !/COLOR|COLUMNS/.test(name));
    // Of what is interrupted the shell is to say nothing: the command takes its place.
    const child = spawn('sh', ['-c', interruptAfter === null ? line : `exec ${line}`], {
      cwd: this.folder,
      env: { ...Object.fromEntries(own), PATH: `${this.#bin}${delimiter}${process.env['PATH']}`, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that a signal reaches what the shell has started, as from a terminal.
      detached: true,
    });
    const signal = (name: NodeJS.Signals): void => {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, name);
    };
    const interrupt =
      interruptAfter === null ? undefined : setTimeout(() => signal('SIGINT'), interruptAfter);
    const limit = setTimeout(() => signal('SIGKILL'), 300_000);
    const ended = new Promise<number | null>((resolve) => void child.on('close', resolve));
    const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    clearTimeout(interrupt);
    clearTimeout(limit);
    return { status, stdout, stderr };
  }

  /** Makes the files that a line reads and that nothing has written yet, each with the command that its reader names. */
  async prepare(line: string): Promise<void> {
    for (const [, file] of line.matchAll(/(?:^|\s)([\w-]+\.(?:json|jsonl|snapshot))(?=\s|$)/g)) {
      const writes = new RegExp(`--(?:out|csv|svg|dot|trace|snapshot|checkpoint|resume)[ =]${file}`).test(
        line,
      );
      if (writes || existsSync(join(this.folder, file!))) continue;
      const writer = writerOf(file!, this.#shard);
      expect(await this.run(writer), writer).toMatchObject({ status: 0, stderr: '' });
    }
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  [Symbol.dispose](): void {
    for (const folder of [this.folder, this.#bin]) rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The command that writes a file of this kind.
 *
 * @param shard a line that has searched one part of several; a file that is a number is another part of the same search
 */
function writerOf(file: string, shard: string | null): string {
  if (file.endsWith('.snapshot')) return `lockfree-lab stress --scheme naive --explain 0 --snapshot ${file}`;
  if (file.endsWith('.jsonl')) return `lockfree-lab run aba-dequeue --trace ${file}`;
  const part = /^(\d+)\.json$/.exec(file);
  if (part && shard !== null) {
    const [, own] = /--shard (\d+)\//.exec(shard)!;
    return shard.replace(`--shard ${own}/`, `--shard ${part[1]}/`).replaceAll(`${own}.json`, file);
  }
  return `lockfree-lab bench --quick --scheme tagged --engine wasm --workload pairs --threads 1 --no-peers --no-memory --out ${file}`;
}
