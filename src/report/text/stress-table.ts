import type { StressResult } from '../../stress/result.ts';
import { withCommas } from '../../counted.ts';
import { fittedTable, padLeft } from './columns.ts';
import type { Style } from './style.ts';

/**
 * One row for each stress run: how far it came, what was found, how much garbage there was, and the verdict.
 *
 * @param missing the schemes that were not run, since the user interrupted
 * @param leftOut those that cannot be run so
 */
export function stressTable(
  results: readonly StressResult[],
  style: Style,
  missing: readonly string[] = [],
  leftOut: readonly { readonly scheme: string }[] = [],
): string {
  const heads = ['scheme', 'operations', 'M/s', 'first damage', 'unreclaimed', 'verdict'];
  const rows = results.map((result) => {
    const { scheme, operations, seconds, findings, garbage, verdict, damageAllowed, interrupted } = result;
    const found = findings.length === 0 ? 'none' : findings[0].kind;
    const rate = seconds > 0 ? (operations / seconds / 1e6).toFixed(2) : '-';
    const kept = damageAllowed ? 'as claimed: promises no safety' : 'as claimed';
    const claims = interrupted ? `${kept}; interrupted` : kept;
    return [
      scheme,
      padLeft(withCommas(operations), 10),
      padLeft(rate, 5),
      findings.length === 0 ? found : style.damage(found),
      garbageText(garbage),
      verdict === 'broken' ? style.damage('BROKEN') : style.ok(claims),
    ];
  });
  const without = (scheme: string, why: string): string[] => [scheme, '', '', 'not run', '', style.note(why)];
  const none = [
    ...leftOut.map(({ scheme }) => without(scheme, 'left out')),
    ...missing.map((scheme) => without(scheme, 'interrupted')),
  ];
  return fittedTable(heads, [...rows, ...none], style).join('\n');
}

function garbageText({ peak, bound }: StressResult['garbage']): string {
  return bound === null ? `${withCommas(peak)} (no bound)` : `${withCommas(peak)} of ${withCommas(bound)}`;
}
