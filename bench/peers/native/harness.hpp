// What the native programs have in common: the rounds, the workloads and the checks of src/bench/worker.ts and session.ts, with threads
// of their own. A program is started with `WORKLOAD THREADS CAPACITY MANY KEYS PREFILL SEED [FILE]` and reads commands from its input, a
// line each: `round MILLISECONDS`, `fill`, `drain`, `end`. It answers each with a line of JSON.
//
// A queue is a class with a constructor `Queue(Setup)` and a method `handle(thread)` that is called on the thread and returns an object
// with `bool enqueue(int32_t)` and `int32_t dequeue()`, which answers NOTHING if there was no value. The handle of a set has `insert`,
// `remove` and `contains` in their place, each of which takes a key and answers whether it was done, or is inside.
// If it has `offline()` and `online()` they are called before and after the thread sleeps.
#pragma once
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

constexpr int32_t NOTHING = -1;

struct Setup {
  std::string workload;
  int threads;
  int capacity;
  int many;
  /** From how many keys threads draw, and how many are inside at the start, of a set. */
  int keys;
  int prefill;
  uint32_t seed;
  const char* file;

  /** How many of 100 operations on a set look a key up: of `contains-90` 90. */
  int lookups() const { return workload.rfind("contains-", 0) == 0 ? std::atoi(workload.c_str() + 9) : -1; }
};

// The numbers of src/bench/worker.ts and workloads.ts.
constexpr int LOOK_EVERY = 32;
constexpr int32_t MOST_VALUE = (1 << 30) - 1;
constexpr int PATIENCE = 256;
constexpr auto REST = std::chrono::microseconds(50);

/** A line of its own, as far apart as the laboratory's words. */
struct alignas(128) Figures {
  int64_t enqueued, dequeued, full, empty, unchanged;
  int32_t sum_in, sum_out;
  double start_ns, end_ns;
  long cpu_micros, waits;
};

enum class Mode { PLAIN, FILL, DRAIN };

struct Shared {
  std::mutex mutex;
  std::condition_variable changed;
  int round = 0;
  Mode mode = Mode::PLAIN;
  int resting = 0;
  bool over = false;
  alignas(128) std::atomic<int> stop{0};
  std::vector<Figures> figures;
};

inline double nanoseconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e9 + now.tv_nsec;
}

/** xorshift32 of Marsaglia, 2003. */
class Random {
 public:
  Random(uint32_t seed, int thread) : state((seed ^ (static_cast<uint32_t>(thread) * 0x9e3779b9u)) | 1u) {}

  /** A number from 0 to one less than this. */
  int below(int count) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return static_cast<int>((static_cast<uint64_t>(state) * static_cast<uint64_t>(count)) >> 32);
  }

 private:
  uint32_t state;
};

/** True of the handle of a set. */
template <class Handle>
constexpr bool is_of_keys = requires(Handle& handle) { handle.contains(0); };

/** A thread at work. */
template <class Handle>
class Worker {
 public:
  Worker(Handle handle, const Setup& setup, Shared& shared, int thread)
      : handle(handle), shared(shared), thread(thread), pairs(setup.workload == "pairs"), many(setup.many),
        keys(setup.keys), prefill(setup.prefill), lookups(setup.lookups()), random(setup.seed, thread),
        next((thread - 1) << 20),
        rests(setup.threads > static_cast<int>(std::thread::hardware_concurrency())) {}

  void work(Mode mode) {
    now = Figures{};
    now.start_ns = nanoseconds();
    if constexpr (is_of_keys<Handle>) {
      // The keys are at equal distances, as those of src/bench/worker.ts.
      if (mode == Mode::FILL && thread == 1)
        for (int64_t i = prefill - 1; i >= 0; i--) insert(static_cast<int32_t>(i * keys / prefill));
      if (mode == Mode::DRAIN) for (int32_t key = 0; key < keys; key++) remove(key);
      if (mode == Mode::PLAIN) while (shared.stop.load() == 0) turn_on_keys();
    } else if (mode == Mode::DRAIN) {
      if (consumes()) while (take());
    } else if (mode == Mode::PLAIN) {
      while (shared.stop.load() == 0) turn();
    }
    now.end_ns = nanoseconds();
  }

  void offline() {
    if constexpr (requires { handle.offline(); }) handle.offline();
  }

  void online() {
    if constexpr (requires { handle.online(); }) handle.online();
  }

  Figures now;

 private:
  bool consumes() const { return pairs || thread % 2 == 0; }

  void turn_on_keys() {
    for (int i = 0; i < LOOK_EVERY; i++) {
      const int drawn = random.below(200);
      const int32_t key = random.below(keys);
      if (drawn < 2 * lookups) {
        seen += handle.contains(key);
        now.unchanged++;
      } else if (drawn % 2 == 0) {
        insert(key);
      } else {
        remove(key);
      }
    }
  }

  void insert(int32_t key) { changed(handle.insert(key), key, now.enqueued, now.sum_in); }
  void remove(int32_t key) { changed(handle.remove(key), key, now.dequeued, now.sum_out); }
  void changed(bool done, int32_t key, int64_t& count, int32_t& sum) {
    if (!done) {
      now.unchanged++;
      return;
    }
    count++;
    sum = static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(key));
  }

  void turn() {
    if (pairs && many == 1) {
      for (int i = 0; i < LOOK_EVERY; i += 2) {
        put();
        take();
      }
    } else if (pairs) {
      // The order of a contender that makes so many operations with one call.
      for (int j = 0; j < many; j++) put();
      for (int j = 0; j < many; j++) take();
    } else if (thread % 2 == 1) {
      for (int i = 0; i < LOOK_EVERY; i++) put();
    } else {
      for (int i = 0; i < LOOK_EVERY; i++) take();
    }
  }

  void put() {
    const int32_t value = next;
    if (handle.enqueue(value)) {
      next = (value + 1) & MOST_VALUE;
      now.enqueued++;
      now.sum_in = static_cast<int32_t>(static_cast<uint32_t>(now.sum_in) + static_cast<uint32_t>(value));
    } else {
      refused(++now.full);
    }
  }

  bool take() {
    const int32_t value = handle.dequeue();
    if (value == NOTHING) {
      refused(++now.empty);
      return false;
    }
    now.dequeued++;
    now.sum_out = static_cast<int32_t>(static_cast<uint32_t>(now.sum_out) + static_cast<uint32_t>(value));
    return true;
  }

  void refused(int64_t times) {
    if (!rests || times % PATIENCE != 0) return;
    offline();
    std::this_thread::sleep_for(REST);
    online();
  }

  Handle handle;
  Shared& shared;
  const int thread;
  const bool pairs;
  const int many, keys, prefill, lookups;
  Random random;
  /** How many lookups found their key: so none can be optimized away. */
  int64_t seen = 0;
  int32_t next;
  const bool rests;
};

template <class Queue>
void attend(Queue& queue, const Setup& setup, Shared& shared, int thread) {
  auto handle = queue.handle(thread);
  Worker<decltype(handle)> worker(handle, setup, shared, thread);
  for (int round = 0;;) {
    Mode mode;
    worker.offline();
    {
      std::unique_lock lock(shared.mutex);
      shared.resting++;
      shared.changed.notify_all();
      shared.changed.wait(lock, [&] { return shared.over || shared.round != round; });
      if (shared.over) return;
      round = shared.round;
      mode = shared.mode;
    }
    worker.online();
    rusage before, after;
    getrusage(RUSAGE_THREAD, &before);
    worker.work(mode);
    getrusage(RUSAGE_THREAD, &after);
    auto micros = [](const rusage& usage) {
      return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000L + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
    };
    worker.now.cpu_micros = micros(after) - micros(before);
    worker.now.waits = after.ru_nvcsw - before.ru_nvcsw;
    shared.figures[thread - 1] = worker.now;
  }
}

inline void print_list(const char* name, const std::vector<Figures>& figures, int64_t (*of)(const Figures&)) {
  std::printf("\"%s\":[", name);
  for (size_t i = 0; i < figures.size(); i++) std::printf("%s%lld", i == 0 ? "" : ",", static_cast<long long>(of(figures[i])));
  std::printf("],");
}

inline void print_round(const std::vector<Figures>& figures) {
  double start = figures[0].start_ns, end = figures[0].end_ns;
  for (const auto& each : figures) {
    start = std::min(start, each.start_ns);
    end = std::max(end, each.end_ns);
  }
  std::printf("{");
  print_list("enqueued", figures, [](const Figures& each) { return each.enqueued; });
  print_list("dequeued", figures, [](const Figures& each) { return each.dequeued; });
  print_list("full", figures, [](const Figures& each) { return each.full; });
  print_list("empty", figures, [](const Figures& each) { return each.empty; });
  print_list("unchanged", figures, [](const Figures& each) { return each.unchanged; });
  print_list("sumIn", figures, [](const Figures& each) { return static_cast<int64_t>(each.sum_in); });
  print_list("sumOut", figures, [](const Figures& each) { return static_cast<int64_t>(each.sum_out); });
  print_list("cpuMicros", figures, [](const Figures& each) { return static_cast<int64_t>(each.cpu_micros); });
  print_list("waits", figures, [](const Figures& each) { return static_cast<int64_t>(each.waits); });
  std::printf("\"seconds\":%.9f}\n", (end - start) / 1e9);
  std::fflush(stdout);
}

template <class Queue>
int run(const Setup& setup) {
  auto queue = std::make_unique<Queue>(setup);
  Shared shared;
  shared.figures.resize(setup.threads);
  std::vector<std::thread> threads;
  for (int thread = 1; thread <= setup.threads; thread++) {
    threads.emplace_back([&, thread] { attend(*queue, setup, shared, thread); });
  }
  auto all_rest = [&] { return shared.resting == setup.threads; };
  char line[64];
  {
    std::unique_lock lock(shared.mutex);
    shared.changed.wait(lock, all_rest);
  }
  while (std::fgets(line, sizeof line, stdin) != nullptr && std::strncmp(line, "end", 3) != 0) {
    int ms = 0;
    Mode mode = Mode::PLAIN;
    if (std::strncmp(line, "drain", 5) == 0) mode = Mode::DRAIN;
    if (std::strncmp(line, "fill", 4) == 0) mode = Mode::FILL;
    if (mode == Mode::PLAIN && std::sscanf(line, "round %d", &ms) != 1) return 2;
    {
      std::unique_lock lock(shared.mutex);
      shared.resting = 0;
      shared.stop = 0;
      shared.mode = mode;
      shared.round++;
      shared.changed.notify_all();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
    shared.stop = 1;
    std::unique_lock lock(shared.mutex);
    shared.changed.wait(lock, all_rest);
    print_round(shared.figures);
  }
  {
    std::unique_lock lock(shared.mutex);
    shared.over = true;
    shared.changed.notify_all();
  }
  for (auto& thread : threads) thread.join();
  queue.reset();
  std::printf("{}\n");
  return 0;
}

inline Setup setup_of(int argc, char** argv) {
  if (argc < 8) std::exit(2);
  const auto number = [&](int at) { return std::atoi(argv[at]); };
  const auto seed = static_cast<uint32_t>(std::strtoul(argv[7], nullptr, 10));
  return Setup{argv[1], number(2), number(3), number(4), number(5), number(6), seed, argc > 8 ? argv[8] : nullptr};
}

/**
 * Keeps a queue without a bound of its own at about `capacity` values, as the laboratory's is: a handle counts what it put in and took
 * out on a line of its own, and adds all up now and then. Without it producers would run away from consumers.
 */
class Window {
  struct alignas(128) Counts {
    std::atomic<int64_t> in{0}, out{0};
  };

 public:
  explicit Window(const Setup& setup)
      : counts(setup.threads), capacity(setup.capacity), every(std::max(1, setup.capacity / 16)) {}

  class Handle {
   public:
    Handle(Window& window, int thread) : window(window), own(window.counts[thread - 1]) {}

    bool admits() {
      if (left > 0) return true;
      int64_t within = 0;
      for (const auto& each : window.counts) within += each.in.load(relaxed) - each.out.load(relaxed);
      if (within >= window.capacity) return false;
      left = window.every;
      return true;
    }

    void put() {
      left--;
      own.in.store(own.in.load(relaxed) + 1, relaxed);
    }

    void took() { own.out.store(own.out.load(relaxed) + 1, relaxed); }

   private:
    static constexpr auto relaxed = std::memory_order_relaxed;
    Window& window;
    Counts& own;
    int left = 0;
  };

 private:
  std::vector<Counts> counts;
  const int capacity, every;
};
