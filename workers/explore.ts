// Searches units of a campaign off the main thread, which stays free to be interrupted.
import { parentPort } from 'node:worker_threads';
import { READY } from '../src/host/crew.ts';
import { hearRejections } from '../src/host/own-fault.ts';
import { readWorkerData } from '../src/host/worker-data.ts';
import { SearchControl } from '../src/explore/campaign/search-control.ts';
import { campaignOf } from '../src/explore/campaign/campaign.ts';
import { FACTS_SECONDS } from '../src/explore/explore.ts';
import { factsOf } from '../src/explore/facts.ts';
import { SEARCH_DONE, FACTS, SEARCH_JOB } from '../src/explore/campaign/parallel-search.ts';
import { keepWhereabouts } from '../src/model/whereabouts.ts';
import { UnitSearch } from '../src/explore/campaign/unit-search.ts';

const { program, scheme, options, queue, control, until, whereabouts } = readWorkerData(SEARCH_JOB);
keepWhereabouts(whereabouts);

async function search(asked: unknown): Promise<void> {
  const campaign = await campaignOf(program, scheme, options);
  await hearRejections();
  if (asked === FACTS) {
    parentPort?.postMessage(factsOf(campaign, FACTS_SECONDS));
    return;
  }
  const shared = new SearchControl(options.maxExecutions ?? Infinity, control);
  const units = new UnitSearch(campaign, shared, until - performance.timeOrigin);
  units.runQueue(queue, (result) => parentPort?.postMessage(result));
  await hearRejections();
  parentPort?.postMessage(SEARCH_DONE);
}

parentPort?.once('message', (asked) => void search(asked));
parentPort?.postMessage(READY);
