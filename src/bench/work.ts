import { hearRejections } from '../host/own-fault.ts';
import { AT_REST, Board, OVER, ROUND, RUNNING } from './board.ts';
import { Hand, type Manner } from './hand.ts';
import type { LaneOpener } from './side.ts';

/** What a worker of a session is posted once it is ready. */
export interface Place {
  readonly thread: number;
  readonly threads: number;
  readonly board: SharedArrayBuffer;
  /** The module that opens the lanes, and what `Arena.seat` handed out for each queue. */
  readonly module: string;
  readonly seats: readonly unknown[];
  readonly manner: Manner;
}

/** Gets a thread ready and returns its work: round after round until the board says that it is over. */
export async function takePlace({
  thread,
  threads,
  board: buffer,
  module,
  seats,
  manner,
}: Place): Promise<() => Promise<void>> {
  const board = new Board(buffer, threads);
  const { openLane } = (await import(module)) as { readonly openLane: LaneOpener };
  const state = board.stateOf(thread);
  const lanes = await Promise.all(seats.map((seat) => openLane(seat, thread, board.words, state)));
  const hand = new Hand(thread, board, lanes, manner);
  return async () => {
    let round = 0;
    for (;;) {
      await hearRejections();
      Atomics.store(board.words, state, AT_REST);
      while (Atomics.load(board.words, ROUND) === round) Atomics.wait(board.words, ROUND, round);
      round = Atomics.load(board.words, ROUND);
      if (round === OVER) return;
      Atomics.store(board.words, state, RUNNING);
      hand.work();
    }
  };
}
