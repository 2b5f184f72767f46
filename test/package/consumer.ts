/** A program of a user's that uses the package, and is compiled against its declarations. */
export const CONSUMER = `
import {
  AtomicsMemory, attachWords, audit, chooseScheme, createBuffer, createMemory, equation, joinLaboratory, loadModule,
  participateInWasm, stress, unreachable, type Audit, type SchemeChoice, type StressResult,
} from 'lockfree-lab';
import { check, CheckFailure, type Check } from 'lockfree-lab/explore';

const choice: SchemeChoice = await chooseScheme('hazard-pointers');
const buffer: SharedArrayBuffer = createBuffer({ slots: 1000, threads: 4 }, choice);
const { queue, scheme } = joinLaboratory(new AtomicsMemory(attachWords(buffer)), choice.scheme);
const taken: number = queue.enqueue(42);
const empty: boolean = queue.isEmpty();
scheme.depart();
const audited: Audit = audit(attachWords(buffer));
console.log(taken, empty, equation(audited));
const memory = createMemory({ slots: 1000, threads: 4 }, choice);
console.log(participateInWasm(memory, 1, loadModule(choice)).queue.dequeue());
const result: StressResult = await stress({ scheme: 'tagged', seconds: 0.1 });
console.log(result.operations.toFixed(), unreachable(new Map([['a', ['b']]]), ['a']).nodes);
const asked: Check<{ counter: number }> = {
  words: { counter: 0 },
  threads: [({ counter }) => counter.add(1)],
  finally: ({ counter }) => counter === 1,
};
try {
  console.log(check(asked).executions);
} catch (error) {
  if (error instanceof CheckFailure) console.log(error.replay);
}
// @ts-expect-error The kernel's own names are not the user's.
const number: i32 = 1;
// @ts-expect-error
const truth: bool = true;
console.log(number, truth);
`;
