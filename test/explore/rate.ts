/**
 * Executions a second of processor time of the explorer, on clients of the golden table (`golden-table.ts`): `npm run rate`.
 *
 * Each execution is judged for linearizability. Each program is searched anew for some seconds of processor time in one process: the first search
 * is that of a process that has just begun, the best one that of a process that has compiled what is used often. Compare two trees
 * by running both in turn on one machine.
 */
import { judged } from './stand-in.ts';

const PROGRAMS = ['e d | e d', 'e | e | d', 'e | e | e', 'e | e | d | d'];
const SECONDS = 3;

for (const program of PROGRAMS) {
  const rates: number[] = [];
  for (let left = SECONDS * 1e6; left > 0;) {
    const before = process.cpuUsage();
    const { executions } = judged(program, {}, []);
    const { user, system } = process.cpuUsage(before);
    rates.push(executions / ((user + system) / 1e6));
    left -= user + system;
  }
  const sorted = rates.toSorted((a, b) => a - b);
  const [first, median, best] = [rates[0], sorted[sorted.length >> 1], sorted[sorted.length - 1]].map(
    (rate) => Math.round(rate).toLocaleString('en'),
  );
  console.log(
    `${program.padEnd(16)} executions a second: ${best} at best, ${median} in the middle, ${first} at first, of ${rates.length} searches`,
  );
}
