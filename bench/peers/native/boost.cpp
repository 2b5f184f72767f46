// boost::lockfree::queue: Michael and Scott's queue with tagged pointers and a free list of nodes, allocated when it is made.
#include <boost/lockfree/queue.hpp>

#include "harness.hpp"

class Queue {
 public:
  explicit Queue(const Setup& setup) : queue(setup.capacity) {}

  struct Handle {
    boost::lockfree::queue<int32_t>& queue;
    bool enqueue(int32_t value) { return queue.bounded_push(value); }
    int32_t dequeue() {
      int32_t value;
      return queue.pop(value) ? value : NOTHING;
    }
  };
  Handle handle(int) { return {queue}; }

 private:
  boost::lockfree::queue<int32_t> queue;
};

int main(int argc, char** argv) { return run<Queue>(setup_of(argc, argv)); }
