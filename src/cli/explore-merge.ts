import { UsageError } from '../errors.ts';
import { campaignNamed, checkResumable, readCheckpoint, searchName } from '../explore/campaign/checkpoint.ts';
import { type Exploration, explorationOf } from '../explore/explore.ts';
import { merge } from '../explore/campaign/merge.ts';
import { visible } from '../visible.ts';
import { programFrom, schemeFrom } from './recording.ts';

/** What the command line says of a scheme and a structure of the user's own. */
interface Given {
  readonly scheme: string | null;
  readonly structure: string | null;
}

/**
 * The whole search that the parts in some files make; a scheme or a structure of a user's own has to be given, since a file never runs
 * code.
 */
export async function merged(paths: readonly string[], given: Given): Promise<Exploration> {
  if (paths.length === 0) {
    throw new UsageError(
      '--merge lacks the parts: give their files, as in explore --merge part-1.json part-2.json.',
    );
  }
  const parts = paths.map((path) => ({ path, checkpoint: readCheckpoint(path) }));
  const { partial, seconds } = merge(parts);
  const [{ path, checkpoint }] = parts;
  const { search } = checkpoint;
  const file = `the checkpoint ${visible(path)}`;
  const scheme = schemeFrom(file, search.scheme, given.scheme);
  const program = await programFrom(file, search.program, given.structure);
  const campaign = await campaignNamed({ ...search, program, scheme });
  // What has been added up is told as this lab sees it, so it has to be the lab that has searched it.
  checkResumable(path, { ...checkpoint, shard: null }, searchName(campaign), null);
  return explorationOf(campaign, { partial, done: search.units, endedBy: null, estimate: null, seconds });
}
