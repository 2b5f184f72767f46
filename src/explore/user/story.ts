import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Machine } from '../machine.ts';
import { showAnswer, showInvocation } from './judge.ts';
import { Memories } from './memories.ts';
import type { Program } from './program.ts';
import { showStep } from './step-text.ts';
import type { Row } from './table.ts';
import type { Plain } from '../../engines/controlled.ts';
import { plainUpTo } from './plain-races.ts';

/** An execution, told: its rows, and the machine at its end. */
export interface Story {
  readonly rows: readonly Row[];
  readonly machine: Machine;
}

/** Runs an execution once more and writes down what happens. `marked` are the steps that matter most, by number. */
export function tell(
  program: Program,
  points: ReadonlySet<number>,
  path: readonly number[],
  marked: ReadonlySet<number>,
): Story {
  const { layout } = program;
  const stands: string[] = [];
  const model = program.model(points, (words, thread) => {
    stands[thread] = '';
    words.locate = () => (stands[thread] = whereInCode());
  });
  const machine = new Machine(model, program.dependence(), program.stepLimit);
  const memories = new Memories(layout, machine.threads);
  const rows: Row[] = [];
  const row = (thread: number, text: string): void =>
    void rows.push({ step: null, thread, text, where: '', mark: '' });
  const plain = (thread: number, each: Plain, step: number): void => {
    const text = showPlain(program, each);
    if (text !== null) row(thread, text);
    if (each.kind === 'peek') memories.read(thread, each.address, step);
  };
  for (const [thread, { root }] of machine.strands.entries()) {
    for (const each of plainUpTo(root)) plain(thread, each, 0);
  }
  for (const [i, thread] of path.entries()) {
    const where = stands[thread];
    machine.step(thread);
    const happening = machine.happened[i];
    const { text, change } = showStep(layout, happening);
    const mark = marked.has(i + 1) ? '!' : '';
    rows.push({ step: i + 1, thread, text: change === '' ? text : `${text}   ${change}`, where, mark });
    for (const note of memories.step(happening, i + 1)) row(-1, `  └ ${note}`);
    for (const each of happening.to.effect?.plain ?? []) plain(thread, each, i + 1);
  }
  return { rows, machine };
}

/** What a thread did between two steps. */
function showPlain({ layout, arguments: given, answers }: Program, plain: Plain): string | null {
  if (plain.kind === 'peek') return `read ${layout.nameOf(plain.address)}`;
  if (plain.kind === 'poke')
    return `write ${layout.nameOf(plain.address)} = ${layout.show(plain.address, plain.value)}`;
  if (plain.kind === 'invoke')
    return `${showInvocation({ name: plain.name, argument: given.valueOf(plain.argument as number) })} begins`;
  return showAnswer(answers.valueOf(plain.value));
}

const here = dirname(dirname(fileURLToPath(import.meta.url)));

/** The first line of the stack that is not this library's: `lock.ts:12`. */
function whereInCode(): string {
  const lines = new Error().stack?.split('\n').slice(1) ?? [];
  for (const line of lines) {
    const [, file, number] = /\(?([^\s()]+):(\d+):\d+\)?$/.exec(line) ?? [];
    if (file === undefined || file.startsWith('node:')) continue;
    const path = file.startsWith('file:') ? fileURLToPath(file) : file;
    if (!path.startsWith(here)) return `${basename(path)}:${number}`;
  }
  return '';
}
