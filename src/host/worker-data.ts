import { workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { InternalError } from '../errors.ts';

/**
 * What this worker was started with, if it is what the schema says. Only the lab starts its workers, so anything else is a fault of the
 * lab's.
 *
 * @throws InternalError that names the first member that is missing or wrong
 */
export function readWorkerData<T>(schema: v.GenericSchema<unknown, T>): T {
  return fitting(schema, workerData, 'A worker was started with');
}

/** The same of a part of it that another schema describes. `what` begins the sentence of the error. */
export function fitting<T>(schema: v.GenericSchema<unknown, T>, data: unknown, what: string): T {
  const { success, output, issues } = v.safeParse(schema, data, { abortEarly: true });
  if (success) return output;
  const path = v.getDotPath(issues[0]);
  const member = path === null ? 'something else altogether' : `a wrong "${path}"`;
  throw new InternalError(`${what} ${member}: ${issues[0].message}.`);
}
