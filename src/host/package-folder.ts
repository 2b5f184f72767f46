import { fileURLToPath } from 'node:url';

/** The folder of package.json, seen from here or from the compiled code. */
export const packageFolder: string = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../' : '../../../', import.meta.url),
);
