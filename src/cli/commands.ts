import { auditCommand } from './audit.ts';
import { benchCommand } from './bench.ts';
import type { Command } from './command.ts';
import { exploreCommand } from './explore.ts';
import { list } from './list.ts';
import { replay } from './replay.ts';
import { run } from './run.ts';
import { stressCommand } from './stress.ts';
import { tour } from './tour.ts';

/** The commands there are, in the order in which they are listed. */
export const commands: readonly Command[] = [
  tour,
  list,
  run,
  stressCommand,
  exploreCommand,
  replay,
  auditCommand,
  benchCommand,
];
