import { listed } from '../../judge/history/history.ts';

/** Operations whose answers nobody judges, as a phrase: `the answers of recover and peek`. */
export function unjudgedText(names: readonly string[]): string {
  return `the answers of ${listed(names)}`;
}
