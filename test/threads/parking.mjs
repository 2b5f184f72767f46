// Handles whose thread does in its tenth operation what the state says: it stops for good, runs in circles, crashes, or nothing.

export function openHandle(state, thread, control) {
  let count = 0;
  const operation = (answer) => {
    if (++count !== 10) return answer;
    if (state === 'park') control.park(thread);
    if (state === 'crash') throw new RangeError('planted');
    if (state === 'spin') for (;;);
    return answer;
  };
  return { enqueue: () => operation(true), dequeue: () => operation(-1) };
}
