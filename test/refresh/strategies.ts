import { strategies } from '../../src/search/strategies/all.ts';

/** The strategies as a table in Markdown. */
export function strategiesTable(): string {
  const rows = strategies.map(
    ({ id, about, splits }) => `| \`${id}\` | ${about} | ${splits ? 'yes' : 'no'} |`,
  );
  return ['| strategy | which executions | in units |', '| --- | --- | --- |', ...rows].join('\n');
}
