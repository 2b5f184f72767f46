// boost::lockfree::queue: Michael and Scott's queue with tagged pointers and a free list of nodes, allocated when it is made. With
// -DSTACK=1 boost::lockfree::stack, Treiber's with the same pointers and the same list, and with -DONE_TO_ONE=1
// boost::lockfree::spsc_queue, a ring for one producer and one consumer.
#include <boost/lockfree/queue.hpp>
#include <boost/lockfree/spsc_queue.hpp>
#include <boost/lockfree/stack.hpp>

#include "harness.hpp"

#if defined(STACK)
using Values = boost::lockfree::stack<int32_t>;
#elif defined(ONE_TO_ONE)
using Values = boost::lockfree::spsc_queue<int32_t>;
#else
using Values = boost::lockfree::queue<int32_t>;
#endif

class Queue {
 public:
  explicit Queue(const Setup& setup) : values(setup.capacity) {}

  struct Handle {
    Values& values;
    bool enqueue(int32_t value) {
#if defined(ONE_TO_ONE)
      return values.push(value);
#else
      return values.bounded_push(value);
#endif
    }
    int32_t dequeue() {
      int32_t value;
      return values.pop(value) ? value : NOTHING;
    }
  };
  Handle handle(int) { return {values}; }

 private:
  Values values;
};

int main(int argc, char** argv) { return run<Queue>(setup_of(argc, argv)); }
