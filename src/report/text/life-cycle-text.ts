import { counted } from '../../counted.ts';
import { lifeCycle, type StateEnd } from '../../judge/audit/life-cycle.ts';
import { keptWords } from '../../laboratory/announcements.ts';
import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import { hang } from './columns.ts';
import type { Style } from './style.ts';

/** The owners of slots in words; those that are not here are told by the audit. */
const OWNERS: Readonly<Record<string, string>> = {
  reachable: 'in the structure',
  inHand: 'in hand',
  free: 'on the free list',
  leaked: 'with no owner',
};

/** The ways that the slots of a run went from state to state, and where they stand at its end. */
export function lifeCycleLines({ trace, claims, audit }: ScenarioRun, style: Style): string[] {
  const { changes, ends } = lifeCycle(trace);
  const ways = changes.map(
    ({ from, to, times, labels }) =>
      `${from}${style.glyph.arrow}${to} ${counted(times, 'time')} (after ${labels.join(', ')})`,
  );
  const isLost = ({ state, owner }: StateEnd): boolean =>
    owner === 'leaked' && (claims.reclaims || state !== 'RETIRED');
  const owners: typeof OWNERS = { ...OWNERS, ...keptWords(audit.geometry) };
  const stands = ends.map((end) => {
    const where = `${end.state} ${owners[end.owner] ?? end.owner} ${counted(end.slots.length, 'slot')}`;
    return isLost(end) ? style.damage(`! ${where}`) : where;
  });
  return [
    ...hang(
      'STATES   ',
      ways.length === 0 ? 'no state has changed' : ways.join(` ${style.glyph.dot} `),
      style.columns,
    ),
    ...hang('AT END   ', stands.join(` ${style.glyph.dot} `), style.columns),
  ];
}
