// A thread of a check that several share: explores the parts that it is given. See src/checker/jobs/work.ts.
import { workOnParts } from '../src/checker/jobs/work.ts';

await workOnParts();
