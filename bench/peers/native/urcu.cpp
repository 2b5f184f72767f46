// rculfqueue of liburcu: Michael and Scott's queue under read-copy-update, whose grace periods are of the same class as epochs. Nodes
// are freed by call_rcu, on a thread of the library's own, as its manual has it. With -DQUIESCENT=1 the threads say after each operation
// that they are in a quiescent state, as the laboratory's QSBR does, and go offline before they sleep. Its inline functions are C: build
// with -fpermissive.
//
// With -DSTACK=1 its lfstack, Treiber's, whose pops are read-side critical sections, so that no node comes back meanwhile; and with -DHASH=1
// its rculfhash, a hash set of one ordered list, with a bucket for every two keys, and no resizing.
#define _LGPL_SOURCE
#if QUIESCENT
#include <urcu-qsbr.h>
#else
#define RCU_MEMB
#include <urcu.h>
#endif
#if defined(STACK)
// What it has inline is C that no flag makes C++: its functions are called in the library.
#undef _LGPL_SOURCE
#include <urcu/lfstack.h>
#elif defined(HASH)
#include <urcu/rculfhash.h>
#else
#include <urcu/rculfqueue.h>
#endif

#include "harness.hpp"

namespace {

#if defined(STACK)

struct Node {
  cds_lfs_node node;
  rcu_head head;
  int32_t value;
};

void destroy(rcu_head* head) { std::free(caa_container_of(head, Node, head)); }

class Queue {
 public:
  explicit Queue(const Setup& setup) : window(setup) { __cds_lfs_init(&stack); }

  struct Handle {
    __cds_lfs_stack& stack;
    Window::Handle within;

    bool enqueue(int32_t value) {
      if (!within.admits()) return false;
      auto* node = static_cast<Node*>(std::malloc(sizeof(Node)));
      node->value = value;
      cds_lfs_node_init(&node->node);
      cds_lfs_push({._s = &stack}, &node->node);
      within.put();
      return true;
    }
    int32_t dequeue() {
      rcu_read_lock();
      cds_lfs_node* found = __cds_lfs_pop({._s = &stack});
      rcu_read_unlock();
      if (found == nullptr) return NOTHING;
      Node* node = caa_container_of(found, Node, node);
      const int32_t value = node->value;
      call_rcu(&node->head, destroy);
      within.took();
      return value;
    }
  };

  Handle handle(int thread) {
    rcu_register_thread();
    return {stack, Window::Handle(window, thread)};
  }

 private:
  alignas(128) __cds_lfs_stack stack;
  Window window;
};

#elif defined(HASH)

struct Node {
  cds_lfht_node node;
  rcu_head head;
  int32_t key;
};

void destroy(rcu_head* head) { std::free(caa_container_of(head, Node, head)); }

int matches(cds_lfht_node* node, const void* key) {
  return caa_container_of(node, Node, node)->key == *static_cast<const int32_t*>(key);
}

/** The finalizer of MurmurHash3, by Appleby: keys that follow each other are not neighbours. */
unsigned long hashed(int32_t key) {
  uint32_t h = static_cast<uint32_t>(key);
  h = (h ^ (h >> 16)) * 0x85ebca6bu;
  h = (h ^ (h >> 13)) * 0xc2b2ae35u;
  return h ^ (h >> 16);
}

class Queue {
 public:
  explicit Queue(const Setup& setup) {
    unsigned long buckets = 1;
    while (2 * buckets < static_cast<unsigned long>(setup.keys)) buckets *= 2;
    table = cds_lfht_new(buckets, buckets, buckets, 0, nullptr);
  }

  struct Handle {
    cds_lfht* table;

    bool insert(int32_t key) {
      auto* node = static_cast<Node*>(std::malloc(sizeof(Node)));
      node->key = key;
      cds_lfht_node_init(&node->node);
      rcu_read_lock();
      const bool done = cds_lfht_add_unique(table, hashed(key), matches, &key, &node->node) == &node->node;
      rcu_read_unlock();
      // No other thread has seen it.
      if (!done) std::free(node);
      return done;
    }
    bool remove(int32_t key) {
      rcu_read_lock();
      cds_lfht_node* found = look_up(key);
      const bool done = found != nullptr && cds_lfht_del(table, found) == 0;
      rcu_read_unlock();
      if (done) call_rcu(&caa_container_of(found, Node, node)->head, destroy);
      return done;
    }
    bool contains(int32_t key) {
      rcu_read_lock();
      const bool found = look_up(key) != nullptr;
      rcu_read_unlock();
      return found;
    }
    cds_lfht_node* look_up(int32_t key) {
      cds_lfht_iter place;
      cds_lfht_lookup(table, hashed(key), matches, &key, &place);
      return cds_lfht_iter_get_node(&place);
    }
  };

  Handle handle(int) {
    rcu_register_thread();
    return {table};
  }

 private:
  cds_lfht* table;
};

#else

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

#endif

}  // namespace

int main(int argc, char** argv) { return run<Queue>(setup_of(argc, argv)); }
