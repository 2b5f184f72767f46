// Explores a mutant's witness on the text of a copy of the lab, and prints what came of it: a process of its own, since a broken kernel
// may do anything. Arguments: the copy's folder, and the witness as JSON.
import type { Witness } from '../../src/mutant/file.ts';
import { exploreWitness } from './witness.ts';

const [folder, json] = process.argv.slice(2);
const witnessed = await exploreWitness(folder, JSON.parse(json) as Witness);
process.stdout.write(`${JSON.stringify(witnessed)}\n`);
