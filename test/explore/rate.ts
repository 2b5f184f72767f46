/**
 * Executions a second of processor time of the explorer, on clients of the golden table (`golden-table.ts`): `npm run rate`.
 *
 * Each execution is judged for linearizability. A figure is the best of several runs in one process; compare two trees by running both in
 * turn on one machine.
 */
import { judged } from './stand-in.ts';

const PROGRAMS = ['e d | e d', 'e | e | d', 'e | e | e', 'e | e | d | d'];
const RUNS = 5;

for (const program of PROGRAMS) {
  const rates = Array.from({ length: RUNS }, () => {
    const before = process.cpuUsage();
    const { executions } = judged(program, {}, []);
    const { user, system } = process.cpuUsage(before);
    return executions / ((user + system) / 1e6);
  });
  const [worst, best] = [Math.min(...rates), Math.max(...rates)].map((rate) =>
    Math.round(rate).toLocaleString('en'),
  );
  console.log(
    `${program.padEnd(16)} ${best} executions a second at best, ${worst} at worst, of ${RUNS} runs`,
  );
}
