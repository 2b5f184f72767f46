import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deep } from '../effort.ts';
import { emptyFolder, root } from '../package/packed.ts';
import { TOOLS, useTool } from '../package/tools.ts';

/** The others have to be installed: `npm run test:package` does that. A process of vitest takes seconds. */
const here = TOOLS.filter(({ name }) => name === 'node:test' || (deep && name === 'vitest'));

test.each(here.map((tool) => [tool.name, tool] as const))(
  'in %s a failure is shown at the user’s line, tried first by the next run, and forgotten when it is repaired',
  async (_, tool) => {
    const folder = emptyFolder('tools');
    mkdirSync(join(folder, 'node_modules'));
    for (const name of ['vitest', '.bin'])
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    symlinkSync(root, join(folder, 'node_modules/lockfree-lab'));
    try {
      expect(await useTool(tool, folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
