import { afterAll, describe, expect, test, vi } from 'vitest';
import { checkAsync, type Passed, type Port } from '../../../src/checker/index.ts';
import { failureOf } from '../asynchronous/failure-of.ts';
import { blockWith, compiled, fileOf, functionIn, urlOf } from './parts.ts';

// Other files are run in this process.
afterAll(() => void vi.unstubAllGlobals());

type Bytes = Uint8Array<ArrayBuffer>;
type RunSync = (...given: unknown[]) => Uint8Array;

const load = (code: string): Promise<unknown> =>
  Promise.resolve({ default: new Function(`return ${code.replace('export default', '')}`)() as unknown });

const nothing = (): Bytes => new Uint8Array(0);

const same = async (n: number): Promise<Bytes> => new Uint8Array([await n]);

const wait = (view: Int32Array, index: number): void => void (Atomics.wait as Function)(view, index);

describe('await-sync as a whole, its worker being the other thread', async () => {
  // The thread's end of the ports that stand for the worker, which the package makes when it is set up.
  let toWorker: Port | null = null;
  vi.stubGlobal(
    'Worker',
    class {
      postMessage(value: unknown, transfer: unknown[]): void {
        toWorker?.postMessage(value, transfer);
      }
    },
  );
  const { createWorker } = (await import(`${urlOf('await-sync/mod.js').href}?ports`)) as {
    createWorker(): (of: (...given: never[]) => unknown) => RunSync;
  };
  vi.unstubAllGlobals();
  // Node loads the function from its text; here it is made of it, which is all that is not the package's own.
  const source = fileOf('await-sync/worker.js').replace('await import(url)', 'await load(code)');
  const workerOver = compiled<Record<string, unknown>, void>(`(() => { ${source} })()`, [
    'addEventListener',
    'load',
  ]);

  const runs = (of: (n: number) => unknown, races: 'forbid' | 'allow'): Promise<Passed> =>
    checkAsync({
      make: () => ({ awaitSync: createWorker() }),
      ports: { worker: [1, 2] },
      threads: [
        ({ awaitSync }, { ports }) => {
          toWorker = ports.worker;
          return awaitSync(of as never)(7).join();
        },
        (_, { ports: { worker } }) =>
          void workerOver({ addEventListener: worker.addEventListener.bind(worker), load }),
      ],
      races,
      finally: (_, [got]) => got === '7' || got === '',
    });

  test('hands over an empty result, by plain writes to the word that is waited on', async () => {
    expect((await failureOf(() => runs(nothing, 'forbid'))).kind).toBe('race');
    expect((await runs(nothing, 'allow')).complete).toBe(true);
  });

  test('and the length of another before its bytes', async () => {
    const failure = await failureOf(() => runs(same, 'allow'));
    expect(failure.kind).toBe('property');
    expect(failure.message).toContain("T1 returns '0'");
    expect(failure.trace).toContain('worker.postMessage(');
  });
});

describe('coincident: a call of the worker and the answer of the main thread', () => {
  const callOver = compiled<Record<string, unknown>, () => unknown>(
    functionIn(fileOf('coincident/src/worker.js'), 'cb'),
    'i32a wait direct WORKAROUND channel name transferred checkTransferred transform decode'.split(' '),
  );
  const answerOver = compiled<Record<string, unknown>, () => Promise<void>>(
    `async () => ${blockWith(fileOf('coincident/src/main.js'), 'notify(i32, 0)')}`,
    'i32 data encode notify'.split(' '),
  );

  const calls = (encode: () => unknown, races: 'forbid' | 'allow'): Promise<Passed> =>
    checkAsync({
      words: { i32a: new Int32Array(4) },
      ports: { channel: [1, 2] },
      threads: [
        ({ i32a }, { ports: { channel } }) =>
          callOver({
            i32a,
            wait,
            direct: true,
            WORKAROUND: false,
            channel,
            name: 'name',
            transferred: { get: () => [] },
            checkTransferred: false,
            transform: undefined,
            decode: (length: number) => length,
          })(),
        (_, { ports: { channel } }) =>
          channel.addEventListener('message', async ({ data }) => {
            const i32 = data[0] as Int32Array;
            await answerOver({ i32, data: [i32, 'result', null], encode, notify: Atomics.notify })();
          }),
      ],
      races,
      finally: (_, [got]) => got === 5,
    });

  test.each([
    ['at once', (): unknown => 5],
    ['later', async (): Promise<number> => Promise.resolve(5)],
  ])('by plain writes to the word that is waited on, of what is encoded %s', async (_, encode) => {
    expect((await failureOf(() => calls(encode, 'forbid'))).kind).toBe('race');
    expect((await calls(encode, 'allow')).complete).toBe(true);
  });
});
