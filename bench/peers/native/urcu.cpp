// rculfqueue of liburcu: Michael and Scott's queue under read-copy-update, whose grace periods are of the same class as epochs. Nodes
// are freed by call_rcu, on a thread of the library's own, as its manual has it. With -DQUIESCENT=1 the threads say after each operation
// that they are in a quiescent state, as the laboratory's QSBR does, and go offline before they sleep. Its inline functions are C: build
// with -fpermissive.
#define _LGPL_SOURCE
#if QUIESCENT
#include <urcu-qsbr.h>
#else
#define RCU_MEMB
#include <urcu.h>
#endif
#include <urcu/rculfqueue.h>

#include "harness.hpp"

namespace {

struct Node {
  cds_lfq_node_rcu node;
  rcu_head head;
  int32_t value;
};

struct Registered {
  Registered() { rcu_register_thread(); }
  ~Registered() { rcu_unregister_thread(); }
};

void quiesce() {
#if QUIESCENT
  rcu_quiescent_state();
#endif
}

void destroy(rcu_head* head) { std::free(caa_container_of(head, Node, head)); }

class Queue {
 public:
  explicit Queue(const Setup& setup) : window(setup) { cds_lfq_init_rcu(&queue, call_rcu); }

  struct Handle {
    cds_lfq_queue_rcu& queue;
    Window::Handle within;

    bool enqueue(int32_t value) {
      if (!within.admits()) return false;
      auto* node = static_cast<Node*>(std::malloc(sizeof(Node)));
      node->value = value;
      cds_lfq_node_init_rcu(&node->node);
      rcu_read_lock();
      cds_lfq_enqueue_rcu(&queue, &node->node);
      rcu_read_unlock();
      quiesce();
      within.put();
      return true;
    }
    int32_t dequeue() {
      rcu_read_lock();
      cds_lfq_node_rcu* found = cds_lfq_dequeue_rcu(&queue);
      rcu_read_unlock();
      if (found == nullptr) {
        quiesce();
        return NOTHING;
      }
      Node* node = caa_container_of(found, Node, node);
      const int32_t value = node->value;
      call_rcu(&node->head, destroy);
      quiesce();
      within.took();
      return value;
    }
#if QUIESCENT
    void offline() { rcu_thread_offline(); }
    void online() { rcu_thread_online(); }
#endif
  };

  Handle handle(int thread) {
    static thread_local Registered registered;
    return {queue, Window::Handle(window, thread)};
  }

 private:
  alignas(128) cds_lfq_queue_rcu queue;
  Window window;
};

}  // namespace

int main(int argc, char** argv) { return run<Queue>(setup_of(argc, argv)); }
