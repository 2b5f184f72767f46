/** Explores a program as text and as binary, and prints both: a process of its own can have a larger stack, which long executions take. */
import { exploredAsBinary, exploredAsText } from './compiled-kernel.ts';

const [program, scheme] = process.argv.slice(2) as [string, string];
const [text, binary] = [await exploredAsText(program, scheme), await exploredAsBinary(program, scheme)];
process.stdout.write(JSON.stringify({ text, binary }));
