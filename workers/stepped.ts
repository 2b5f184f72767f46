// A worker of the stepped engine: runs one program after the other, each step at its gate.
import { parentPort } from 'node:worker_threads';
import { makeOperation } from '../src/laboratory/call.ts';
import { READY } from '../src/host/crew.ts';
import * as gate from '../src/engines/gate.ts';
import { callsIn, operationsOf, OUTCOMES, type Answer } from '../src/laboratory/operations.ts';
import { hearRejections } from '../src/host/own-fault.ts';
import { readWorkerData } from '../src/host/worker-data.ts';
import { loadVariant, participateBySpec } from '../src/laboratory/participant.ts';
import { attachWords } from '../src/laboratory/shared.ts';
import { structureCard } from '../src/laboratory/structures.ts';
import { takeUp } from '../src/kernel/join.ts';
import type { StepperJob } from '../src/engines/stepper.ts';

const { block, complaints } = readWorkerData(gate.STEPPER_DATA);

async function run(job: StepperJob): Promise<void> {
  const memory = new gate.SteppedMemory(attachWords(job.buffer), block);
  const participant = await participateBySpec(memory, job.record, job.scheme, job.variant);
  const variant = job.variant === null ? {} : await loadVariant(job.variant);
  const bodies = { ...operationsOf(structureCard(participant.geometry)), ...variant.operations };
  // What is done to set up is not a step: the log begins with the first operation.
  block[gate.LOGGED] = 0;
  if (job.again) takeUp(memory, participant.geometry, job.record);
  const answer = ({ outcome, value = 0 }: Answer): void =>
    memory.log(gate.RETURN, OUTCOMES.indexOf(outcome), value);
  let calls = 0;
  for (const [index, operation] of job.program.entries()) {
    try {
      makeOperation(operation, calls, participant, bodies, {
        begin: (call, { count = 0, now }) => memory.log(gate.INVOKE, call, now ? gate.NOW : count),
        answer,
      });
    } catch (error) {
      if (error === gate.ABANDON) throw error;
      complaints.postMessage(`T${job.thread} ${operation.name}#${index + 1} threw: ${String(error)}`);
      answer({ outcome: 'threw' });
    }
    calls += callsIn([operation]).length;
  }
}

process.on('exit', () => {
  Atomics.store(block, gate.GATE, gate.GONE);
  Atomics.notify(block, gate.GATE);
});

parentPort?.on('message', (job: StepperJob) => {
  run(job)
    // Before the program counts as ended.
    .then(hearRejections)
    .catch((error: unknown) => {
      if (error !== gate.ABANDON) complaints.postMessage(`T${job.thread} could not go on: ${String(error)}`);
    })
    .finally(() => {
      Atomics.store(block, gate.GATE, gate.FINISHED);
      Atomics.notify(block, gate.GATE);
    });
});
parentPort?.postMessage(READY);
