import { Steppers } from '../../../src/engines/stepped.ts';
import { patternsAgreeWithSearch, searchAgreesWithBruteForce } from '../../judge/deciders.ts';
import { sameTraces, SPECS } from '../../model/same-traces.ts';
import { reducedAgrees, shapes, statesAgree } from '../../explore/brute-force.ts';
import { classesSeeAll, reducedSeesAll } from '../../explore/every-interleaving.ts';
import { type Batch, type Claim, digits, type Form } from '../claim.ts';

/** Other ones than `npm test` draws. */
const SEED = 1000;

/** How many times as many as in `npm test`. */
const TIMES = { full: 20, bounded: 5 };
const HISTORIES = { full: 400_000, bounded: 40_000 };
const SCHEDULES = { full: 2000, bounded: 200 };

function programs(form: Form): Batch[] {
  const times = TIMES[form];
  const many = (shape: { name: string; programs: number }): string =>
    `${digits(times * shape.programs)} random programs of ${shape.name}`;
  const reduced = shapes.map((shape): Claim => ({
    title: `every outcome, and each class once: ${many(shape)}`,
    prove: () => {
      const { all, reduced: classes } = reducedAgrees(shape, SEED, times);
      return { figures: `${digits(classes)} classes stand for ${digits(all)} executions` };
    },
  }));
  const states = shapes.map((shape): Claim => ({
    title: `the search over states counts every interleaving: ${many(shape)}`,
    prove: () => ({ figures: `${digits(statesAgree(shape, SEED + 1, times))} interleavings` }),
  }));
  return [
    { name: 'random programs, reduced', seconds: 20 * times, claims: reduced },
    { name: 'random programs, by states', seconds: 20 * times, claims: states },
  ];
}

/** On the kernel itself; a program of more steps has too many interleavings to be run one by one. */
function interleavings(form: Form): Batch {
  const every = [
    ['[A] d | d', 'naive'],
    ['[A] d | d', 'tagged'],
    ['[A] d | i', 'no-reclaim'],
    ...(form === 'full' ? [['e | d', 'epochs:period=1'] as const] : []),
  ] as const;
  const classes = [
    ['[A] d | d e d', 'naive'],
    ['[A] d | d e d', 'tagged'],
    ['e e | d d', 'tagged'],
  ] as const;
  return {
    name: 'every interleaving',
    seconds: form === 'full' ? 600 : 120,
    claims: [
      ...every.map(([program, scheme]): Claim => ({
        title: `${program} under ${scheme}: the damage and the histories of every interleaving`,
        prove: async () => ({ figures: `${digits(await reducedSeesAll(program, scheme))} interleavings` }),
      })),
      ...classes.map(([program, scheme]): Claim => ({
        title: `${program} under ${scheme}: the bounded search sees what the reduced one does`,
        prove: async () => ({ figures: `${digits(await classesSeeAll(program, scheme))} classes` }),
      })),
    ],
  };
}

function histories(form: Form): Batch {
  const runs = HISTORIES[form];
  const patterns = [
    [9, runs],
    [16, runs / 10],
  ] as const;
  return {
    name: 'histories',
    seconds: 30 + runs / 1000,
    claims: [
      ...patterns.map(([operations, many]): Claim => ({
        title: `patterns and Wing-Gong agree on ${digits(many)} random histories of up to ${operations} operations`,
        prove: () => {
          const { both, searched } = patternsAgreeWithSearch(operations, many);
          return { figures: `${digits(both)} decided by both, ${digits(searched)} by the search alone` };
        },
      })),
      ...[2, undefined].map((values): Claim => ({
        title: `Wing-Gong and every order agree on ${digits(runs / 4)} random histories of ${values ?? 'distinct'} values`,
        prove: () => ({ figures: `${digits(searchAgreesWithBruteForce(runs / 4, values))} linearizable` }),
      })),
    ],
  };
}

function traces(form: Form): Batch {
  return {
    name: 'traces',
    seconds: 30 + SCHEDULES[form] / 4,
    claims: SPECS.map((spec): Claim => ({
      title: `model and real threads make the same trace under ${spec}, in ${digits(SCHEDULES[form])} random schedules`,
      prove: async () => {
        await using pool = new Steppers();
        const { steps, lengths } = await sameTraces(pool, spec, SCHEDULES[form], SEED);
        return { figures: `${digits(steps)} steps, schedules of ${lengths} lengths` };
      },
    })),
  };
}

/** What is held against something simpler on many inputs, most of them random. */
export function comparedBatches(form: Form): Batch[] {
  return [...programs(form), interleavings(form), histories(form), traces(form)];
}
