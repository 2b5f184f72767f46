// A worker of the stepped engine: runs one program after the other, each step at its gate.
import { parentPort, workerData } from 'node:worker_threads';
import { makeOperation } from '../src/laboratory/call.ts';
import { READY } from '../src/host/crew.ts';
import { ABANDON, FINISHED, GATE, GONE, INVOKE, LOGGED, RETURN, SteppedMemory } from '../src/engines/gate.ts';
import { callsIn, operationsOf, OUTCOMES, type Answer } from '../src/laboratory/operations.ts';
import { hearRejections } from '../src/host/own-fault.ts';
import { loadVariant, participateBySpec } from '../src/laboratory/participant.ts';
import { attachWords } from '../src/laboratory/shared.ts';
import { structureCard } from '../src/laboratory/structures.ts';
import { takeUp } from '../src/kernel/scheme.ts';
import type { Job, StepperData } from '../src/engines/stepped.ts';

const { block, complaints } = workerData as StepperData;

async function run(job: Job): Promise<void> {
  const memory = new SteppedMemory(attachWords(job.buffer), block);
  const participant = await participateBySpec(memory, job.record, job.scheme, job.variant);
  const variant = job.variant === null ? {} : await loadVariant(job.variant);
  const bodies = { ...operationsOf(structureCard(participant.geometry)), ...variant.operations };
  // What is done to set up is not a step: the log begins with the first operation.
  block[LOGGED] = 0;
  if (job.again) takeUp(memory, participant.geometry, job.record);
  const answer = ({ outcome, value = 0 }: Answer): void =>
    memory.log(RETURN, OUTCOMES.indexOf(outcome), value);
  let calls = 0;
  for (const [index, operation] of job.program.entries()) {
    try {
      makeOperation(operation, calls, participant, bodies, {
        begin: (call, { count = 0 }) => memory.log(INVOKE, call, count),
        answer,
      });
    } catch (error) {
      if (error === ABANDON) throw error;
      complaints.postMessage(`T${job.thread} ${operation.name}#${index + 1} threw: ${String(error)}`);
      answer({ outcome: 'threw' });
    }
    calls += callsIn([operation]).length;
  }
}

process.on('exit', () => {
  Atomics.store(block, GATE, GONE);
  Atomics.notify(block, GATE);
});

parentPort?.on('message', (job: Job) => {
  run(job)
    // Before the program counts as ended.
    .then(hearRejections)
    .catch((error: unknown) => {
      if (error !== ABANDON) complaints.postMessage(`T${job.thread} could not go on: ${String(error)}`);
    })
    .finally(() => {
      Atomics.store(block, GATE, FINISHED);
      Atomics.notify(block, GATE);
    });
});
parentPort?.postMessage(READY);
