import { takeCoverage } from 'node:v8';
import { afterAll } from 'vitest';

// Vitest ends its processes before V8 writes what they have covered, so each test file writes it itself.
if (process.env['NODE_V8_COVERAGE'] !== undefined) afterAll(takeCoverage);
