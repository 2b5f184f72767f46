// The mailbox with one thing wrong in each class; they have its number and its card.
import { layout } from 'lockfree-lab';
import { structure as Mailbox, V1 } from './mailbox.mjs';

/** Reads the value of a node, which another thread may free meanwhile, with a plain access. */
export class Careless extends Mailbox {
  valueIn(address) {
    return this.memory.peek(address);
  }
}

/** Waits until the box is empty, before it posts. */
export class Waiting extends Mailbox {
  post(value) {
    while (this.isTaken(this.memory.load(V1, layout.ROOTS)));
    return super.post(value);
  }
}

/** Does not look whether the box is taken. */
export class Overwriting extends Mailbox {
  isTaken() {
    return false;
  }
}

/** Leaves the next word of a node as it was on the free list. */
export class Unended extends Mailbox {
  prepare(node, value) {
    const { memory, geometry, record } = this;
    memory.poke(geometry.slot(node, layout.S_VALUE), value);
    record.come(layout.HAND_LINKING);
    memory.poke(geometry.slot(node, layout.S_STATE), layout.LINKED);
  }
}

/** Puts what it has taken out on no list. */
export class Forgetful extends Mailbox {
  retire() {
    this.record.release();
  }
}

/** Answers full, whatever there is. */
export class Refusing extends Mailbox {
  post() {
    this.memory.load(V1, layout.ROOTS);
    return this.full();
  }
}

/** Sees nothing in the box. */
export class Blind extends Mailbox {
  isEmpty() {
    super.isEmpty();
    return true;
  }
}
