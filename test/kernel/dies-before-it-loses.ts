const START = {
  slots: 4,
  stride: 8,
  threads: 2,
  tagBits: 0,
  param0: 1,
  param1: 1,
  initial: 0,
  cache: 2,
  before: null,
};

/** A slot out of a magazine that is retired and not counted yet, in the hand of a thread that dies: to be tried first. */
export function diesBeforeItLoses(): [typeof START, { thread: number; act: 'die'; value: number }[]] {
  return [
    START,
    [
      { thread: 1, act: 'die', value: 0 },
      { thread: 1, act: 'die', value: 0 },
      { thread: 0, act: 'die', value: -858615530 },
    ],
  ];
}
