// ck_hp_fifo of Concurrency Kit: Michael and Scott's queue with hazard pointers. Nodes come from a pool of the thread and go back to
// the pool of the thread that frees them, so that few calls of malloc are in the figures. Its headers are C: build with -fpermissive.
#include "harness.hpp"

extern "C" {
#include <ck_hp_fifo.h>
}

namespace {

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

}  // namespace

int main(int argc, char** argv) { return run<Queue>(setup_of(argc, argv)); }
