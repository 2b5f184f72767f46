import type { ThreadState } from '../model/thread-state.ts';
import { moverOf, type Request } from '../model/request.ts';
import { Machine } from '../model/machine.ts';
import { showAnswer, showInvocation } from './calls.ts';
import { folded } from './fold.ts';
import { Memories } from './memories.ts';
import type { CheckedProgram } from './checked-program.ts';
import { showStep } from './step-text.ts';
import { whereInCode } from './where.ts';
import type { TableRow } from './step-table.ts';
import type { Plain } from '../engines/controlled.ts';

/** An execution, told: its rows, and the machine at its end. */
export interface ExecutionStory {
  readonly rows: readonly TableRow[];
  readonly machine: Machine;
}

/** Runs an execution once more and writes down what happens. `marked` are the steps that matter most, by number. */
export function tell(
  program: CheckedProgram,
  points: ReadonlySet<number>,
  path: readonly number[],
  marked: ReadonlySet<number>,
): ExecutionStory {
  const { layout } = program;
  const stands: string[] = [];
  const model = program.model(points, (words, thread) => {
    stands[thread] = '';
    words.locate = () => (stands[thread] = whereInCode());
  });
  const machine = new Machine(model, program.dependence(), program.stepLimit);
  const memories = new Memories(layout, machine.threads);
  const rows: TableRow[] = [];
  const row = (thread: number, text: string): void =>
    void rows.push({ step: null, thread, text, where: '', mark: '' });
  // A call begins with the first step after it.
  const begun: string[] = machine.trees.map(() => '');
  const tellPlain = (thread: number, from: ThreadState | null, to: ThreadState, step: number): void => {
    for (const each of doneBetween(from, to)) {
      if (each.kind === 'peek') memories.read(thread, each.address, step);
      // One that ends without a step is told by its end alone.
      if (each.kind === 'invoke' || each.kind === 'return') begun[thread] = '';
      if (each.kind === 'invoke') begun[thread] = showPlain(program, each);
      else if (each.kind === 'peek' && each.isAtomic === true) continue;
      // Who sleeps on what is told by the steps.
      else if (each.kind === 'poke' && each.isAtomic === true && each.address >= layout.size) continue;
      else row(thread, showPlain(program, each));
    }
  };
  for (const [thread, { root }] of machine.trees.entries()) tellPlain(thread, null, root, 0);
  for (const [i, move] of path.entries()) {
    const thread = moverOf(move);
    if (begun[thread] !== '') row(thread, begun[thread]);
    begun[thread] = '';
    const where = stands[thread];
    machine.step(move);
    const happening = machine.happened[i];
    const { text, change } = showStep(layout, happening.from.next as Request, happening.before);
    const mark = marked.has(i + 1) ? '!' : '';
    rows.push({ step: i + 1, thread, text: change === '' ? text : `${text}   ${change}`, where, mark });
    for (const note of memories.step(happening, i + 1)) row(-1, `  └ ${note}`);
    tellPlain(thread, happening.from, happening.to, i + 1);
  }
  return { rows: folded(rows), machine };
}

/** Something that a thread did between two steps, and what it found if it was a read. */
type Done =
  | Exclude<Plain, { kind: 'peek' }>
  | { kind: 'peek'; address: number; value: number; isAtomic: boolean | undefined };

/** What a thread did on the way from one place to another. */
function doneBetween(from: ThreadState | null, to: ThreadState): Done[] {
  const done: Done[] = [];
  for (let place: ThreadState | null = to; place !== null && place !== from; place = place.parent) {
    const before = place.parent?.next;
    const read: Done[] =
      before?.access === 'peek'
        ? [{ kind: 'peek', address: before.address, value: place.given, isAtomic: before.isAtomic }]
        : [];
    done.unshift(...read, ...place.plain.filter((each) => each.kind !== 'peek'));
  }
  return done;
}

function showPlain({ layout, arguments: given, answers }: CheckedProgram, done: Done): string {
  switch (done.kind) {
    case 'peek':
      return `read ${layout.nameOf(done.address)} ⇒ ${layout.show(done.address, done.value)}`;
    case 'poke':
      return `${done.isAtomic === true ? '  sets' : 'write'} ${layout.nameOf(done.address)} = ${layout.show(done.address, done.value)}`;
    case 'invoke':
      return `${showInvocation({ name: done.name, argument: given.valueOf(done.argument as number) })} begins`;
    case 'return':
      return showAnswer(answers.valueOf(done.value));
  }
}
