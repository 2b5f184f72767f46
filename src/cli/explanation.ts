import { structureById } from '../laboratory/structures.ts';
import { hang } from '../report/text/columns.ts';
import { runText } from '../report/text/run-text.ts';
import { explanationJson, explanationText } from '../report/text/shrunk-text.ts';
import type { StressResult } from '../stress/result.ts';
import type { Context } from './arguments/command.ts';
import { explainInWorker, runShrunk } from './shrinking.ts';

/**
 * Lets the explorer explain the damage that a stress run found: tells the smallest program with the same kind of damage. Returns its
 * part of the document of `--json`: null if there is none.
 */
export async function explainResult(
  { scheme, structure, findings, stops }: StressResult,
  { variant, seconds }: { readonly variant: string | null; readonly seconds: number },
  context: Context,
): Promise<Record<string, unknown> | null> {
  const { print, style } = context;
  if (seconds === 0) return null;
  const why = reasonAgainst(findings.length, stops, structureById(structure).KIND);
  if (why !== null) {
    print(hang('explorer ', why, style.columns).join('\n'));
    return null;
  }
  // What breaks a claim is what is looked for; if nothing does, all that was found.
  const broken = findings.filter((each) => each.charged === true);
  const charged = broken.length > 0;
  const kinds = [...new Set((charged ? broken : findings).map(({ kind }) => kind))];
  const explanation = await explainInWorker(
    { scheme, kinds, charged, shapes: { structure } },
    variant,
    seconds,
    context,
  );
  if (explanation === null) return null;
  print(`\n${explanationText(explanation, kinds, { scheme, seconds }, style)}`);
  const run = explanation.found && (await runShrunk(explanation.found, variant, context));
  if (run) print(`\n${runText(run, style)}\n`);
  return explanationJson(explanation, kinds, variant);
}

/** Why damage is not explained, as a sentence; null if it is. */
function reasonAgainst(damages: number, stops: StressResult['stops'], kind: string): string | null {
  if (stops.some(({ point }) => point !== null)) {
    return 'was not asked: in the programs that it runs no thread is stopped for good.';
  }
  return damages === 0
    ? `was not asked: it looks for damage to the ${kind} and its slots, and this run had none.`
    : null;
}
