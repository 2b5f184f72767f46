/** The platform's own Int32Array: while a check runs, the global one is the modelled one. */
export const Words: Int32ArrayConstructor = globalThis.Int32Array;
