import { UsageError } from '../../errors.ts';

/** In a browser nobody starts worker threads of Node's. */
export const RealThreads: { start(): Promise<never> } = {
  start: () =>
    Promise.reject(
      new UsageError('observe needs the worker threads of Node, and there are none here: run it in Node.'),
    ),
};
