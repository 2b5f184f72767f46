import { mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import type { CheckFailure } from './check-failure.ts';
import {
  isKeeping,
  keepReplays,
  keepsNothing,
  type Remembered,
  type Replay,
  type Replays,
} from './remembered.ts';

/** Beside the file of tests, as snapshots are. */
const FOLDER = '__lockfree__';

const Entry = v.object({
  test: v.string(),
  number: v.pipe(v.number(), v.integer(), v.minValue(1)),
  check: v.string(),
  kind: v.string(),
  program: v.nullable(v.string()),
  replay: v.string(),
});
const Content = v.object({ schemaVersion: v.literal(1), replays: v.array(Entry) });

function say(sentence: string): void {
  // oxlint-disable-next-line no-console -- a test runner shows it beside the test that it is about
  console.warn(`lockfree-lab: ${sentence}`);
}

/** What failed in a file of tests: a list in a file beside it, which there is as long as something fails. */
class ReplayFile {
  readonly path: string;
  readonly replays: readonly Replay[];

  /** @param tests the path of the file of tests */
  constructor(tests: string) {
    this.path = join(dirname(tests), FOLDER, `${basename(tests)}.json`);
    this.replays = this.#read();
  }

  #read(): readonly Replay[] {
    try {
      return v.parse(Content, JSON.parse(readFileSync(this.path, 'utf8'))).replays;
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOENT') return [];
      say(
        `${this.path} cannot be read as what failed the last time, so nothing is tried first: ${oneLine(error)}.`,
      );
      return [];
    }
  }

  /** Another run may write it at the same time: each is written as a whole, and the last one stays. */
  write(replays: readonly Replay[]): void {
    try {
      if (replays.length === 0) this.#remove();
      else this.#replace(replays);
    } catch (error) {
      say(`What failed cannot be kept in ${this.path}, so the next run searches it anew: ${oneLine(error)}.`);
    }
  }

  #replace(replays: readonly Replay[]): void {
    const lines = replays.map((replay) => `    ${JSON.stringify(replay)}`);
    const next = `${this.path}.${process.pid}`;
    mkdirSync(dirname(this.path), { recursive: true });
    writeFileSync(next, `{\n  "schemaVersion": 1,\n  "replays": [\n${lines.join(',\n')}\n  ]\n}\n`);
    renameSync(next, this.path);
  }

  #remove(): void {
    rmSync(this.path, { force: true });
    try {
      rmdirSync(dirname(this.path));
    } catch {
      // It has other files in it, or there is none.
    }
  }
}

function oneLine(error: unknown): string {
  return String((error as Error).message)
    .replaceAll(/\s+/g, ' ')
    .replace(/\.$/, '');
}

/** The checks of one run of a test. */
class TestReplays implements Replays {
  readonly #file: ReplayFile;
  readonly #test: string;
  readonly #failed: { readonly failure: CheckFailure; readonly replay: Replay }[] = [];
  #checks = 0;

  constructor(file: ReplayFile, test: string) {
    this.#file = file;
    this.#test = test;
  }

  next(check: string): Remembered {
    const [test, number] = [this.#test, ++this.#checks];
    const known = this.#file.replays.find((each) => each.test === test && each.number === number);
    if (known !== undefined && known.check !== check)
      say(
        `What failed in "${test}" the last time was another check than check ${number} of it is now, so it is not tried first, and all is searched.`,
      );
    return {
      replay: known?.check === check ? known : null,
      failed: (failure) => {
        const { kind, program, replay } = failure.toJSON();
        // Where no step is needed, there is nothing to replay.
        if (replay === '') return;
        this.#failed.push({ failure, replay: { test, number, check, kind, program, replay } });
      },
      say,
    };
  }

  /** What it threw, where nobody saw it: if its last check failed, that is taken for it. */
  lastMessages(): readonly string[] {
    const last = this.#failed.at(-1);
    return last?.replay.number === this.#checks ? [last.failure.message] : ['unknown'];
  }

  /** The test has ended: of its failures those are kept that made it fail, and no others. */
  ended(messages: readonly string[]): void {
    const { replays } = this.#file;
    const kept = this.#failed.flatMap(({ failure, replay }) =>
      messages.includes(failure.message) ? [replay] : [],
    );
    const isOver = ({ test, number }: Replay): boolean =>
      test === this.#test && (messages.length === 0 || number <= this.#checks);
    const rest = replays.filter((each) => !isOver(each));
    if (kept.length > 0 || rest.length < replays.length) this.#file.write([...rest, ...kept]);
  }
}

let running = 0;

/** Is told that a test has ended, with what it threw; null where that is not known. */
export type TestEnds = (thrown: readonly unknown[] | null) => void;

/**
 * A test begins. Of tests that run at the same time nothing is kept, since it is not known whose a check is.
 *
 * @param file the file that it stands in, as a path or a URL
 * @param test its name, which no other one in the file has
 * @returns what is to be told when it has ended, with what it threw
 */
export function testBegins(file: string | URL, test: string): TestEnds {
  running++;
  const isAlone = running === 1 && !keepsNothing();
  const path = String(file).startsWith('file:') ? fileURLToPath(file) : String(file);
  const replays = isAlone ? new TestReplays(new ReplayFile(path), test) : null;
  keepReplays(replays);
  return (thrown) => {
    running--;
    const wasAlone = isKeeping(replays);
    keepReplays(null);
    if (replays !== null && wasAlone) replays.ended(thrown?.flatMap(messagesOf) ?? replays.lastMessages());
  };
}

/** What was thrown says, and what that was caused by: some test runners wrap it. */
function messagesOf(thrown: unknown): string[] {
  const messages: string[] = [];
  for (
    let at = thrown;
    typeof at === 'object' && at !== null && messages.length < 9;
    at = (at as Error).cause
  )
    messages.push(String((at as Error).message));
  return messages.length === 0 ? [String(thrown)] : messages;
}
