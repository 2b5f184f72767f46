/** Whole numbers are bigints, whatever their width. */
export type ModelValue = number | bigint;

export interface ModelSettings {
  /** What is answered where there is nothing to take. */
  readonly empty: ModelValue;
}

/** What a function may do to an object. */
export interface ModelOperation {
  /** Functions that are taken for it where nothing else is said. */
  readonly names: readonly string[];
  /** True if it is about a value that it is given. */
  readonly takes: boolean;
  /** The next state and the answer, for a function that has one: 1 for done, 0 for not. */
  apply(
    inside: readonly ModelValue[],
    value: ModelValue,
    settings: ModelSettings,
  ): readonly [readonly ModelValue[], ModelValue];
}

/** How an object behaves if its operations come one after the other. */
export interface NamedModel {
  readonly initial: readonly ModelValue[];
  readonly operations: Readonly<Record<string, ModelOperation>>;
}

const DONE = 1n;
const NOT_DONE = 0n;

/** Of a queue and a stack: at the back. */
function put(...names: readonly string[]): ModelOperation {
  return { names, takes: true, apply: (inside, value) => [[...inside, value], DONE] };
}

function take(end: 'front' | 'back', ...names: readonly string[]): ModelOperation {
  return {
    names,
    takes: false,
    apply: (inside, _value, { empty }) => {
      if (inside.length === 0) return [inside, empty];
      return end === 'front'
        ? [inside.slice(1), inside[0]]
        : [inside.slice(0, -1), inside[inside.length - 1]];
    },
  };
}

const set: NamedModel['operations'] = {
  add: {
    names: ['add', 'insert', 'put'],
    takes: true,
    apply: (inside, value) =>
      inside.includes(value)
        ? [inside, NOT_DONE]
        : [[...inside, value].toSorted((a, b) => (a < b ? -1 : 1)), DONE],
  },
  remove: {
    names: ['remove', 'erase', 'delete'],
    takes: true,
    apply: (inside, value) =>
      inside.includes(value) ? [inside.filter((each) => each !== value), DONE] : [inside, NOT_DONE],
  },
  has: {
    names: ['has', 'contains', 'find'],
    takes: true,
    apply: (inside, value) => [inside, inside.includes(value) ? DONE : NOT_DONE],
  },
};

const register: NamedModel['operations'] = {
  read: { names: ['read', 'load', 'get'], takes: false, apply: (inside) => [inside, inside[0]] },
  write: { names: ['write', 'store', 'set'], takes: true, apply: (_, value) => [[value], DONE] },
};

/** The models that have a name. */
export const NAMED_MODELS: Readonly<Record<string, NamedModel>> = {
  queue: {
    initial: [],
    operations: {
      put: put('enqueue', 'put', 'push', 'send'),
      take: take('front', 'dequeue', 'take', 'pop', 'receive'),
    },
  },
  stack: {
    initial: [],
    operations: { put: put('push', 'put'), take: take('back', 'pop', 'take') },
  },
  set: { initial: [], operations: set },
  register: { initial: [0n], operations: register },
};
