import { UsageError } from '../../errors.ts';

/** In a browser nobody starts worker threads of Node's. */
export const CheckCrew: { start(): Promise<never> } = {
  start: () =>
    Promise.reject(
      new UsageError(
        'checkModule needs the worker threads of Node for more than one job, and there are none here: run it in Node, or with jobs: 1.',
      ),
    ),
};
