// ck_fifo_mpmc of Concurrency Kit under its epochs, ck_epoch: Michael and Scott's queue with counted pointers, swapped by one compare-and-swap
// of two words. The counts alone rule ABA out, and a node that was given back to malloc must not be read: that is what the epochs are for.
// Nodes come from a pool of the thread and go back to the pool of the thread that frees them. Its headers are C: build with -fpermissive.
#include "harness.hpp"

extern "C" {
#include <ck_epoch.h>
#include <ck_fifo.h>
}

#ifndef CK_F_FIFO_MPMC
#error ck_fifo_mpmc needs a compare-and-swap of two words
#endif

namespace {

struct alignas(16) Node {
  ck_fifo_mpmc_entry_t entry;
  ck_epoch_entry_t retired;
};

constexpr int POOL = 1024;
/** Retired nodes of a thread after which it looks whether the epoch can move on: the period of the laboratory's epochs. */
constexpr unsigned PERIOD = 16;

thread_local Node* pool[POOL];
thread_local int pooled = 0;

Node* create() {
  return pooled > 0 ? pool[--pooled] : static_cast<Node*>(std::aligned_alloc(alignof(Node), sizeof(Node)));
}

void destroy(ck_epoch_entry_t* retired) {
  auto* node = reinterpret_cast<Node*>(reinterpret_cast<char*>(retired) - offsetof(Node, retired));
  if (pooled < POOL) pool[pooled++] = node;
  else std::free(node);
}

class Queue {
  struct alignas(128) State {
    ck_epoch_t epoch;
    alignas(128) ck_fifo_mpmc_t fifo;
  };

 public:
  explicit Queue(const Setup& setup) : window(setup) {
    ck_epoch_init(&state.epoch);
    ck_fifo_mpmc_init(&state.fifo, &create()->entry);
  }

  struct Handle {
    State& state;
    ck_epoch_record_t* record;
    Window::Handle within;
    unsigned retired = 0;

    bool enqueue(int32_t value) {
      if (!within.admits()) return false;
      Node* node = create();
      ck_epoch_begin(record, nullptr);
      ck_fifo_mpmc_enqueue(&state.fifo, &node->entry, reinterpret_cast<void*>(static_cast<intptr_t>(value)));
      ck_epoch_end(record, nullptr);
      within.put();
      return true;
    }
    int32_t dequeue() {
      void* value;
      ck_fifo_mpmc_entry_t* garbage;
      ck_epoch_begin(record, nullptr);
      const bool found = ck_fifo_mpmc_dequeue(&state.fifo, &value, &garbage);
      ck_epoch_end(record, nullptr);
      if (!found) return NOTHING;
      auto* node = reinterpret_cast<Node*>(reinterpret_cast<char*>(garbage) - offsetof(Node, entry));
      ck_epoch_call(record, &node->retired, destroy);
      if (++retired % PERIOD == 0) ck_epoch_poll(record);
      within.took();
      return static_cast<int32_t>(reinterpret_cast<intptr_t>(value));
    }
  };

  Handle handle(int thread) {
    constexpr size_t size = (sizeof(ck_epoch_record_t) + 127) & ~127ul;
    auto* record = static_cast<ck_epoch_record_t*>(std::memset(std::aligned_alloc(128, size), 0, size));
    ck_epoch_register(&state.epoch, record, nullptr);
    return {state, record, Window::Handle(window, thread)};
  }

 private:
  State state;
  Window window;
};

}  // namespace

int main(int argc, char** argv) { return run<Queue>(setup_of(argc, argv)); }
