// A set-up file of vitest: `setupFiles: ['lockfree-lab/vitest']`. Each test tries first what failed in it the last time.
import { afterEach, beforeEach } from 'vitest';
import { testBegins, type TestEnds } from './replay-file.ts';

interface Suite {
  readonly name: string;
  readonly suite?: Suite | undefined;
}

function nameOf({ name, suite }: Suite): string {
  return suite === undefined || suite.name === '' ? name : `${nameOf(suite)} > ${name}`;
}

const ending = new WeakMap<object, TestEnds>();

beforeEach(({ task }) => void ending.set(task, testBegins(task.file.filepath, nameOf(task))));
afterEach(({ task }) => ending.get(task)?.(task.result?.errors ?? []));
