import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

const compiled = join(import.meta.dirname, '../../dist/scenarios/own');

/** An example of `scenarios/own` in JavaScript: what the compiler makes of it, laid out as everything else. */
export async function withoutTypes(name: string): Promise<string> {
  const path = join(compiled, `${name}.js`);
  const code = (await readFile(path, 'utf8')).replace(/^\/\/# sourceMappingURL=.*$/m, '');
  const style = await resolveConfig(join(import.meta.dirname, 'own-code.ts'));
  return (await format(code, { ...style, parser: 'babel' })).trimEnd();
}

/** The same as a block of a Markdown file. */
export async function shown(name: string): Promise<string> {
  return `\`\`\`js\n${await withoutTypes(name)}\n\`\`\``;
}
