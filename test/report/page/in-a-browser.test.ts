import { test } from 'vitest';

test.skip('pages in a real browser: npm run test:browser runs these, and .ci/run does', () => {});
