import type { Report } from '../../src/gallery/report.ts';
import { coincidentBuffers } from './coincident-buffers.ts';
import { coincidentControlValue } from './coincident-control-value.ts';
import { crossbeamDeque } from './crossbeam-deque.ts';
import { crossbeamStack } from './crossbeam-stack.ts';
import { cubridHash } from './cubrid-hash.ts';
import { dotnetFreeze } from './dotnet-freeze.ts';
import { dotnetPeek } from './dotnet-peek.ts';
import { emscriptenFutex } from './emscripten-futex.ts';
import { emscriptenProxying } from './emscripten-proxying.ts';
import { esbuild } from './esbuild.ts';
import { eventListener } from './event-listener.ts';
import { liteboxLock } from './litebox-lock.ts';
import { moqRing } from './moq-ring.ts';
import { odinPool } from './odin-pool.ts';
import { osuTripleBuffer } from './osu-triple-buffer.ts';
import { parlibBarrier } from './parlib-barrier.ts';
import { quantumLeapsRing } from './quantum-leaps-ring.ts';
import { realmVersions } from './realm-versions.ts';
import { sqliteWasmHttp } from './sqlite-wasm-http.ts';
import { sqliteWasm } from './sqlite-wasm.ts';
import { threadStream } from './thread-stream.ts';
import { webkitWait } from './webkit-wait.ts';
import { zephyrRing } from './zephyr-ring.ts';

/** The gallery: those that wait for each other first, then rings, queues and stacks, and reclamation last. */
export const gallery: readonly Report[] = [
  threadStream,
  sqliteWasm,
  sqliteWasmHttp,
  esbuild,
  coincidentControlValue,
  coincidentBuffers,
  emscriptenFutex,
  emscriptenProxying,
  webkitWait,
  eventListener,
  liteboxLock,
  parlibBarrier,
  realmVersions,
  zephyrRing,
  quantumLeapsRing,
  moqRing,
  osuTripleBuffer,
  dotnetFreeze,
  dotnetPeek,
  crossbeamDeque,
  crossbeamStack,
  odinPool,
  cubridHash,
];
