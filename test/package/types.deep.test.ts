import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bounded } from '../effort.ts';
import { CONSUMER } from './consumer.ts';
import { done, emptyFolder, install, pack, root } from './packed.ts';

const folder = emptyFolder('types');
let archive = '';

beforeAll(async () => {
  archive = await pack(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const resolutions = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
};

/** The project's own compiler, and the last one that was written in JavaScript. */
const compilers: [number, string | null][] = [
  [20, null],
  [24, 'typescript@5.9'],
  [22, null],
  [26, null],
];

describe.each(bounded ? compilers.slice(0, 1) : compilers)('with @types/node %i', (version, compiler) => {
  const project = join(folder, `types-${version}`);

  beforeAll(async () => {
    mkdirSync(project);
    await install(project, [archive, `@types/node@${version}`, ...(compiler === null ? [] : [compiler])]);
    writeFileSync(join(project, 'program.ts'), CONSUMER);
  }, 240_000);

  test.each(Object.entries(resolutions))('resolved by %s, a strict program compiles', async (_, options) => {
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          ...options,
          target: 'es2022',
          lib: ['es2024'],
          types: ['node'],
          strict: true,
          skipLibCheck: false,
          noEmit: true,
        },
        include: ['program.ts'],
      }),
    );
    const tsc = join(compiler === null ? root : project, 'node_modules/typescript/bin/tsc');
    const compiled = await done(process.execPath, [tsc, '--project', project], { cwd: project });
    expect(compiled.stdout).toBe('');
    expect(compiled.status).toBe(0);
  });
});
