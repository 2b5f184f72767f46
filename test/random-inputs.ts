// Runs before each test file. What the gate runs has the same random inputs each time: with so few of them a test that counts what they
// came to would fail now and then. The full form draws others each time.
import { configureGlobal } from 'fast-check';
import { bounded, deep } from './effort.ts';

if (!deep || bounded) configureGlobal({ seed: 20 });
