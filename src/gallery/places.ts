import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

type Payload = ConstructorParameters<typeof SourceMap>[0];

/** Where the compiled reports are, seen from this module: it stands in `dist` when there are any. */
const FOLDER = new URL('../../scenarios/gallery/', import.meta.url);

const maps = new Map<string, SourceMap | null>();

function mapOf(name: string): SourceMap | null {
  const known = maps.get(name);
  if (known !== undefined) return known;
  const file = new URL(`${name}.js.map`, FOLDER);
  const map = existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as Payload) : null;
  maps.set(name, map);
  return map;
}

/** A story whose places are lines of the sources, where the compiler has left a map; else it stays as it is. */
export function placedInSource(story: string): string {
  return story.replaceAll(/\b([\w-]+)\.js:(\d+)/g, (place, name: string, line: string) => {
    // The last mapping of a compiled line stands for the statement that fills it.
    const entry = mapOf(name)?.findEntry(Number(line) - 1, Number.MAX_SAFE_INTEGER);
    return entry !== undefined && 'originalLine' in entry ? `${name}.ts:${entry.originalLine + 1}` : place;
  });
}
