// ck_hp_fifo of Concurrency Kit: Michael and Scott's queue with hazard pointers. Nodes come from a pool of the thread and go back to
// the pool of the thread that frees them, so that few calls of malloc are in the figures. Its headers are C: build with -fpermissive.
//
// With -DSTACK=1 its ck_stack, Treiber's with a counter beside the top: its nodes are never given back, since a pop may read one that
// another thread has popped, and come from a second ck_stack that holds the free ones. With -DRING=1 its ck_ring, bounded: a consumer
// waits there for a producer that has taken a place and not written it yet; and with -DONE_TO_ONE=1 beside it for one producer and one consumer.
#include "harness.hpp"

extern "C" {
#include <ck_hp_fifo.h>
// It returns false where it has no pointer, which is C.
#define false 0
#include <ck_ring.h>
#undef false
#include <ck_stack.h>
}

namespace {

#if defined(STACK)

struct Node {
  ck_stack_entry_t entry;
  int32_t value;
};

class Queue {
  struct alignas(128) Top {
    ck_stack_t stack;
  };

 public:
  explicit Queue(const Setup& setup) : nodes(setup.capacity) {
    for (Top* top : {&full, &free}) ck_stack_init(&top->stack);
    for (auto& node : nodes) ck_stack_push_mpmc(&free.stack, &node.entry);
  }

  struct Handle {
    ck_stack_t& full;
    ck_stack_t& free;

    bool enqueue(int32_t value) {
      auto* node = reinterpret_cast<Node*>(ck_stack_pop_mpmc(&free));
      if (node == nullptr) return false;
      node->value = value;
      ck_stack_push_mpmc(&full, &node->entry);
      return true;
    }
    int32_t dequeue() {
      auto* node = reinterpret_cast<Node*>(ck_stack_pop_mpmc(&full));
      if (node == nullptr) return NOTHING;
      const int32_t value = node->value;
      ck_stack_push_mpmc(&free, &node->entry);
      return value;
    }
  };
  Handle handle(int) { return {full.stack, free.stack}; }

 private:
  Top full, free;
  std::vector<Node> nodes;
};

#elif defined(RING)

class Queue {
  /** A power of two; one place stays empty. */
  static unsigned size_for(int capacity) {
    unsigned size = 2;
    while (size <= static_cast<unsigned>(capacity)) size *= 2;
    return size;
  }

 public:
  explicit Queue(const Setup& setup) : places(size_for(setup.capacity)) { ck_ring_init(&ring, places.size()); }

  struct Handle {
    ck_ring_t& ring;
    ck_ring_buffer_t* places;

    bool enqueue(int32_t value) {
      // A pointer that is not null.
      void* entry = reinterpret_cast<void*>(static_cast<intptr_t>(value) + 1);
#if defined(ONE_TO_ONE)
      return ck_ring_enqueue_spsc(&ring, places, entry);
#else
      return ck_ring_enqueue_mpmc(&ring, places, entry);
#endif
    }
    int32_t dequeue() {
      void* entry;
#if defined(ONE_TO_ONE)
      const bool found = ck_ring_dequeue_spsc(&ring, places, &entry);
#else
      const bool found = ck_ring_dequeue_mpmc(&ring, places, &entry);
#endif
      return found ? static_cast<int32_t>(reinterpret_cast<intptr_t>(entry) - 1) : NOTHING;
    }
  };
  Handle handle(int) { return {ring, places.data()}; }

 private:
  alignas(128) ck_ring_t ring;
  std::vector<ck_ring_buffer_t> places;
};

#else

constexpr int POOL = 1024;
/** That of the laboratory's scheme. */
constexpr int THRESHOLD = 32;

thread_local ck_hp_fifo_entry_t* pool[POOL];
thread_local int pooled = 0;

void destroy(void* entry) {
  if (pooled < POOL) pool[pooled++] = static_cast<ck_hp_fifo_entry_t*>(entry);
  else std::free(entry);
}

ck_hp_fifo_entry_t* create() {
  return pooled > 0 ? pool[--pooled] : static_cast<ck_hp_fifo_entry_t*>(std::malloc(sizeof(ck_hp_fifo_entry_t)));
}

void* zeroed(size_t size) { return std::memset(std::aligned_alloc(128, (size + 127) & ~127ul), 0, (size + 127) & ~127ul); }

class Queue {
  struct alignas(128) State {
    ck_hp_t hp;
    alignas(128) ck_hp_fifo_t fifo;
  };

 public:
  explicit Queue(const Setup& setup) : window(setup) {
    ck_hp_init(&state.hp, CK_HP_FIFO_SLOTS_COUNT, THRESHOLD, destroy);
    ck_hp_fifo_init(&state.fifo, create());
  }

  struct Handle {
    State& state;
    ck_hp_record_t* record;
    Window::Handle within;

    bool enqueue(int32_t value) {
      if (!within.admits()) return false;
      ck_hp_fifo_enqueue_mpmc(record, &state.fifo, create(), reinterpret_cast<void*>(static_cast<intptr_t>(value)));
      within.put();
      return true;
    }
    int32_t dequeue() {
      void* value;
      ck_hp_fifo_entry_t* entry = ck_hp_fifo_dequeue_mpmc(record, &state.fifo, &value);
      if (entry == nullptr) return NOTHING;
      ck_hp_free(record, &entry->hazard, entry, entry);
      within.took();
      return static_cast<int32_t>(reinterpret_cast<intptr_t>(value));
    }
  };

  Handle handle(int thread) {
    auto* record = static_cast<ck_hp_record_t*>(zeroed(sizeof(ck_hp_record_t)));
    ck_hp_register(&state.hp, record, static_cast<void**>(zeroed(CK_HP_FIFO_SLOTS_SIZE)));
    return {state, record, Window::Handle(window, thread)};
  }

 private:
  State state;
  Window window;
};

#endif

}  // namespace

int main(int argc, char** argv) { return run<Queue>(setup_of(argc, argv)); }
