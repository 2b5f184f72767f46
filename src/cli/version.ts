import { readFileSync } from 'node:fs';

/** The version in package.json. */
export function version(): string {
  const root = import.meta.url.endsWith('.ts') ? '../..' : '../../..';
  const text = readFileSync(new URL(`${root}/package.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
