/**
 * A page that is not isolated from others has no SharedArrayBuffer by name. The code that is checked makes such buffers all the same; no
 * other thread ever sees them, since the threads of a check are functions of one worker.
 */
function sharedBuffers(): unknown {
  try {
    return new WebAssembly.Memory({ initial: 0, maximum: 0, shared: true }).buffer.constructor;
  } catch {
    return class SharedArrayBuffer extends ArrayBuffer {
      override get [Symbol.toStringTag](): 'SharedArrayBuffer' & 'ArrayBuffer' {
        return 'SharedArrayBuffer' as 'SharedArrayBuffer' & 'ArrayBuffer';
      }
    };
  }
}

// Before the modules are run that note what the platform has.
if (!('SharedArrayBuffer' in globalThis)) {
  Object.defineProperty(globalThis, 'SharedArrayBuffer', {
    value: sharedBuffers(),
    configurable: true,
    writable: true,
  });
}
