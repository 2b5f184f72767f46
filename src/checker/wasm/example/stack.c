// clang --target=wasm32 -O1 -g -fdebug-compilation-dir=. -matomics -mbulk-memory -nostdlib -Wl,--no-entry -Wl,--export-all -o stack.wasm stack.c
// A stack of nodes by their numbers, 1 to 3; 0 is none. At first 1 is on top of 2 on top of 3.
#include <stdatomic.h>

struct Top {
  unsigned short node;
  unsigned short version;
} __attribute__((aligned(4)));

struct Top top = {1, 0};
_Atomic int next[4] = {0, 2, 3, 0};

static struct Top load(void) {
  struct Top now;
  __atomic_load(&top, &now, __ATOMIC_SEQ_CST);
  return now;
}

static int replace(struct Top *now, struct Top then) {
  return __atomic_compare_exchange(&top, now, &then, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* What a pop leaves on top; each change of the top is a new version of it, if it is to be safe. */
static struct Top changed(struct Top now, int node, int safe) {
  struct Top then = {(unsigned short)node, (unsigned short)(now.version + safe)};
  return then;
}

static int pop_any(int safe) {
  struct Top now = load();
  for (;;) {
    if (now.node == 0) return 0;
    struct Top then = changed(now, atomic_load(&next[now.node]), safe);
    if (replace(&now, then)) return now.node;
  }
}

static void push_any(int node, int safe) {
  struct Top now = load();
  do atomic_store(&next[node], now.node);
  while (!replace(&now, changed(now, node, safe)));
}

int pop(void) { return pop_any(1); }
void push(int node) { push_any(node, 1); }

int pop_naive(void) { return pop_any(0); }
void push_naive(int node) { push_any(node, 0); }

/* Takes two, and gives back the first: so what was on top is there again, over something else. */
int swap(void) {
  int first = pop(), second = pop();
  push(first);
  return second;
}

int swap_naive(void) {
  int first = pop_naive(), second = pop_naive();
  push_naive(first);
  return second;
}
