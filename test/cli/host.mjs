// Runs command lines of the compiled laboratory one after the other in a thread that stays, for tests that want what is printed and the
// exit status. It saves them the start of a process, which costs more than most commands do.
import { parentPort, workerData } from 'node:worker_threads';

const { main, control, port } = workerData;
const written = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr']) {
  process[name].write = (chunk) => {
    written[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return true;
  };
}
const { commandsFor } = await import(new URL('commands/all.js', main));
const { runLab } = await import(new URL('lab.js', main));

port.on('message', async ({ args, env }) => {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  let status = null;
  try {
    status = await runLab(args, await commandsFor(args), new AbortController().signal);
  } catch (error) {
    written.stderr += String(error?.stack ?? error);
  }
  port.postMessage({ status, ...written });
  written.stdout = '';
  written.stderr = '';
  Atomics.store(control, 0, 1);
  Atomics.notify(control, 0);
});
parentPort?.unref();
