// A contender that is wrong in a way that the URL's query says: it loses a value, changes one, throws, or leaves a promise rejected.
const fault = new URL(import.meta.url).searchParams.get('fault');

export function openHandle() {
  const values = [];
  let count = 0;
  return {
    enqueue(value) {
      if (fault === 'throw') throw new RangeError('planted');
      if (++count === 1000 && fault === 'reject') void Promise.reject(new RangeError('planted'));
      if (count % 1000 !== 0 || fault !== 'lose') values.push(value);
      return true;
    },
    dequeue() {
      const value = values.shift() ?? -1;
      return fault === 'change' && value === 500 ? 501 : value;
    },
  };
}
