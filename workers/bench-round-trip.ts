// One of the two workers that measure how long a word takes to another core and back.
import { bounce } from '../src/bench/round-trip.ts';

bounce();
