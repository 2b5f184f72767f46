// The plain reference: the queue of Michael and Scott over a slab, on the words of a laboratory that the lab itself has laid out, with
// the same sequentially consistent steps as src/kernel under the same labels. What is left out is the bookkeeping that only the auditor
// reads: states and lives of slots, the operation, the slot and the magazine in hand, the counters. With -DACCOUNTING=1 it is there, to show
// its price, with every write where the kernel has it. Neither has what no run of this program needs: pins within pins, heirs of threads
// that died, and the pause before another round.
//
// The file holds the words of a fresh laboratory; when the program ends it holds them as they are then, for the auditor.
#include "harness.hpp"

// The constants of src/kernel/layout.ts, made from it.
#include "layout.hpp"

#ifndef ACCOUNTING
#define ACCOUNTING 0
#endif

namespace {

using layout::LIST_COUNT, layout::LIST_STAMP, layout::LIST_TOP;

/** The queue's roots, and the counters of its failures, as in michael-scott.ts. */
constexpr int HEAD = layout::ROOTS;
constexpr int TAIL = layout::ROOTS + layout::LINE;
enum { C_E9 = layout::C_STRUCTURE, C_E13, C_E17, C_D10, C_D13 };
constexpr int HAZARDS = 2;

struct Words {
  int32_t* at;
  int32_t load(int a) const { return __atomic_load_n(at + a, __ATOMIC_SEQ_CST); }
  void store(int a, int32_t v) const { __atomic_store_n(at + a, v, __ATOMIC_SEQ_CST); }
  bool cas(int a, int32_t expected, int32_t desired) const {
    return __atomic_compare_exchange_n(at + a, &expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  }
  int32_t& plain(int a) const { return at[a]; }
};

struct Format {
  int index_bits;
  int32_t index_mask, tag_mask;
  int32_t index(int32_t word) const { return word & index_mask; }
  int32_t bump(int32_t old, int32_t slot) const {
    return slot | (((((static_cast<uint32_t>(old)) >> index_bits) + 1) & tag_mask) << index_bits);
  }
  int32_t keep(int32_t old, int32_t slot) const {
    return slot | (((static_cast<uint32_t>(old) >> index_bits) & tag_mask) << index_bits);
  }
};

struct Geometry {
  int slots, stride, threads, records_base, record_words, slots_base, param0, param1, cache;
  Format link, top;

  explicit Geometry(const int32_t* words) {
    slots = words[layout::H_SLOTS];
    stride = words[layout::H_STRIDE];
    threads = words[layout::H_THREADS];
    param0 = words[layout::H_PARAM_0];
    param1 = words[layout::H_PARAM_1];
    cache = words[layout::H_CACHE];
    record_words = layout::R_SCRATCH + ((threads * 2 + layout::LINE - 1) & ~(layout::LINE - 1));
    const int cells = (words[layout::H_CELLS] + layout::LINE - 1) & ~(layout::LINE - 1);
    records_base = layout::ROOTS + words[layout::H_ROOTS] * layout::LINE + cells;
    slots_base = records_base + threads * record_words;
    int bits = 1;
    while ((1 << bits) <= slots) bits++;
    link = format(bits, words[layout::H_TAG_BITS]);
    top = format(bits, std::min(32 - bits, 30));
  }
  static Format format(int bits, int tag_bits) { return {bits, (1 << bits) - 1, static_cast<int32_t>((1u << tag_bits) - 1)}; }
  int slot(int32_t slot, int word) const { return slots_base + slot * stride + word; }
  int record(int thread) const { return records_base + (thread - 1) * record_words; }
};

/** One thread's view: the words, the record, and the free list with the thread's cache. */
struct Slab {
  const Words words;
  const Geometry geometry;
  const int base;

  Slab(int32_t* at, int thread) : words{at}, geometry(at), base(geometry.record(thread)) {}

  int32_t& own(int word) const { return words.plain(base + word); }
  void come(int kind) const { if (ACCOUNTING) own(layout::R_HAND_KIND) = kind; }
  void intend(int32_t slot, int kind) const {
    come(kind);
    if (ACCOUNTING) own(layout::R_HAND) = slot;
  }
  void hold(int32_t slot) const { intend(slot, layout::HAND_OWNED); }
  void release() const { if (ACCOUNTING) own(layout::R_HAND) = 0; }
  void count(int counter) const {
    if (ACCOUNTING && ++own(layout::R_COUNTERS + 2 * counter) == 0) own(layout::R_COUNTERS + 2 * counter + 1)++;
  }
  void state(int32_t slot, int32_t state) const { if (ACCOUNTING) words.plain(geometry.slot(slot, layout::S_STATE)) = state; }
  /** Notes damage if the state of a slot is this one, or is not. */
  void expect(bool is, int32_t slot, int32_t state, int kind) const {
    if (!ACCOUNTING || (words.plain(geometry.slot(slot, layout::S_STATE)) == state) == is) return;
    if (own(layout::R_DAMAGES)++ != 0) return;
    own(layout::R_DAMAGE) = kind;
    own(layout::R_DAMAGE_SLOT) = slot;
  }

  int32_t take() const {
    const int32_t slot = geometry.cache == 0 ? pop(false) : draw();
    if (ACCOUNTING && slot != 0) {
      come(layout::HAND_TAKEN);
      expect(true, slot, layout::FREE, layout::DAMAGE_NOT_FREE);
      state(slot, layout::HELD);
      words.plain(geometry.slot(slot, layout::S_LIFE))++;
      count(layout::C_ALLOCATED);
    }
    return slot;
  }

  void give(int32_t slot) const {
    expect(false, slot, layout::FREE, layout::DAMAGE_DOUBLE_FREE);
    hold(slot);
    state(slot, layout::FREE);
    count(layout::C_FREED);
    if (geometry.cache == 0) push(slot, false);
    else stow(slot);
  }

  void in_hand(int32_t slot, bool magazine) const {
    if (ACCOUNTING) own(magazine ? layout::R_MAGAZINE : layout::R_HAND) = slot;
  }

  int32_t pop(bool magazine) const {
    if (!magazine) come(layout::HAND_TAKING);
    while (true) {
      const int32_t top = words.load(layout::FREE_TOP);  // A1
      const int32_t slot = geometry.top.index(top);
      if (slot == 0) {
        in_hand(0, magazine);
        return 0;
      }
      const int32_t next = words.load(geometry.slot(slot, layout::S_NEXT));  // A2
      in_hand(slot, magazine);
      if (words.cas(layout::FREE_TOP, top, geometry.top.bump(top, geometry.link.index(next)))) return slot;  // A3
      count(layout::C_A3);
    }
  }

  void push(int32_t slot, bool magazine) const {
    const int next = geometry.slot(slot, layout::S_NEXT);
    const int32_t old = words.plain(next);
    while (true) {
      const int32_t top = words.load(layout::FREE_TOP);                             // F1
      words.store(next, geometry.link.keep(old, geometry.top.index(top)));          // F2
      if (words.cas(layout::FREE_TOP, top, geometry.top.keep(top, slot))) return in_hand(0, magazine);  // F3
      count(layout::C_F3);
    }
  }

  int32_t& limbo(int32_t slot) const { return words.plain(geometry.slot(slot, layout::S_LIMBO)); }
  int32_t& others(int32_t slot) const { return words.plain(geometry.slot(slot, layout::S_STAMP)); }

  int32_t lift(int from) const {
    const int32_t magazine = own(from);
    in_hand(magazine, true);
    own(from) = 0;
    return magazine;
  }
  void place(int to, int32_t magazine) const {
    own(to) = magazine;
    in_hand(0, true);
  }

  int32_t draw() const {
    int32_t& loaded = own(layout::R_LOADED);
    if (loaded == 0) {
      int32_t magazine = own(layout::R_SPARE);
      if (magazine != 0) lift(layout::R_SPARE);
      else if ((magazine = pop(true)) == 0) return 0;
      own(layout::R_LOADED_COUNT) = others(magazine) + 1;
      place(layout::R_LOADED, magazine);
    }
    const int32_t slot = loaded;
    hold(slot);
    loaded = limbo(slot);
    own(layout::R_LOADED_COUNT)--;
    return slot;
  }

  void stow(int32_t slot) const {
    int32_t& loaded = own(layout::R_LOADED);
    int32_t& loaded_count = own(layout::R_LOADED_COUNT);
    if (loaded_count >= geometry.cache) {
      if (own(layout::R_SPARE) != 0) push(lift(layout::R_SPARE), true);
      others(loaded) = loaded_count - 1;
      loaded_count = 0;
      place(layout::R_SPARE, lift(layout::R_LOADED));
    }
    limbo(slot) = loaded;
    loaded = slot;
    loaded_count++;
    release();
  }

  // The lists of retired slots.
  int list(int n) const { return base + layout::R_LISTS + n * layout::LIST_WORDS; }
  void retired(int change) const {
    if (!ACCOUNTING) return;
    const int32_t now = own(layout::R_UNRECLAIMED) + change;
    if (now > own(layout::R_PEAK)) own(layout::R_PEAK) = now;
    own(layout::R_UNRECLAIMED) = now;
  }
  void put(int list, int32_t slot, int32_t stamp) const {
    if (ACCOUNTING) words.plain(geometry.slot(slot, layout::S_STAMP)) = stamp;
    limbo(slot) = words.plain(list + LIST_TOP);
    words.plain(list + LIST_TOP) = slot;
    words.plain(list + LIST_COUNT)++;
    release();
  }
  int32_t get(int list) const {
    const int32_t slot = words.plain(list + LIST_TOP);
    if (slot != 0) {
      hold(slot);
      words.plain(list + LIST_TOP) = limbo(slot);
      words.plain(list + LIST_COUNT)--;
    }
    return slot;
  }
};

struct Tagged {
  const Slab& slab;
  void enter() const {}
  void leave() const {}
  int32_t protect(int, int source) const { return slab.words.load(source); }
  int32_t link(int32_t old, int32_t slot) const { return slab.geometry.link.bump(old, slot); }
  void retire(int32_t slot) const { slab.give(slot); }
  void collect() const {}
  void idle() const {}
};

struct HazardPointers {
  const Slab& slab;
  int hazards() const { return slab.base + layout::R_ANNOUNCE; }
  void enter() const {}
  void leave() const {
    for (int k = 0; k < HAZARDS; k++) {
      if (slab.words.plain(hazards() + k) != 0) slab.words.store(hazards() + k, 0);  // H3
    }
  }
  int32_t protect(int k, int source) const {
    while (true) {
      const int32_t seen = slab.words.load(source);
      slab.words.store(hazards() + k, slab.geometry.link.index(seen));  // H1
      if (slab.words.load(source) == seen) return seen;                 // H2
    }
  }
  int32_t link(int32_t, int32_t slot) const { return slot; }
  void retire(int32_t slot) const {
    slab.retired(1);
    slab.put(slab.list(0), slot, ACCOUNTING ? slab.own(layout::R_COUNTERS + 2 * layout::C_RETIRED) : 0);
    if (slab.words.plain(slab.list(0) + LIST_COUNT) >= slab.geometry.param0) scan();
  }
  void collect() const { scan(); }
  void idle() const {
    if (slab.words.plain(slab.list(0) + LIST_COUNT) != 0) scan();
  }

 private:
  void scan() const {
    int32_t* announced = &slab.own(layout::R_SCRATCH);
    int count = 0;
    for (int thread = 1; thread <= slab.geometry.threads; thread++) {
      for (int k = 0; k < HAZARDS; k++) {
        const int32_t slot = slab.words.load(slab.geometry.record(thread) + layout::R_ANNOUNCE + k);  // H4
        if (slot != 0) announced[count++] = slot;
      }
    }
    while (const int32_t slot = slab.get(slab.list(0))) {
      if (std::find(announced, announced + count, slot) != announced + count) {
        slab.put(slab.list(1), slot, slab.words.plain(slab.geometry.slot(slot, layout::S_STAMP)));
      } else {
        slab.retired(-1);
        slab.give(slot);
      }
    }
    while (const int32_t slot = slab.get(slab.list(1))) {
      slab.put(slab.list(0), slot, slab.words.plain(slab.geometry.slot(slot, layout::S_STAMP)));
    }
  }
};

struct Epochs {
  const Slab& slab;
  static constexpr int EPOCH = layout::GLOBAL, SINCE = layout::R_OWN + 1, LIMBO_LISTS = 4, WAITING = 4;
  static constexpr int32_t MASK = (1 << 30) - 1;
  void enter() const {
    const int announce = slab.base + layout::R_ANNOUNCE;
    while (true) {
      const int32_t epoch = slab.words.load(EPOCH);       // P1
      slab.words.store(announce, (epoch << 1) | 1);       // P2
      if (slab.words.load(EPOCH) == epoch) return;        // P3
    }
  }
  void leave() const { slab.words.store(slab.base + layout::R_ANNOUNCE, 0); }  // P4
  int32_t protect(int, int source) const { return slab.words.load(source); }
  int32_t link(int32_t, int32_t slot) const { return slot; }
  void retire(int32_t slot) const {
    const int32_t epoch = slab.words.load(EPOCH);  // P5
    slab.retired(1);
    const int list = slab.list(epoch & (LIMBO_LISTS - 1));
    if (slab.words.plain(list + LIST_STAMP) != epoch) {
      if (ACCOUNTING) slab.put(slab.list(WAITING), slot, epoch);
      empty(list);
      slab.words.plain(list + LIST_STAMP) = epoch;
      if (ACCOUNTING) slab.get(slab.list(WAITING));
    }
    slab.put(list, slot, epoch);
    if (++slab.own(SINCE) >= slab.geometry.param1) {
      slab.own(SINCE) = 0;
      advance();
      reclaim();
    }
  }
  void collect() const {
    for (int i = 0; i < slab.geometry.param0 && advance(); i++) {}
    reclaim();
  }
  void idle() const {
    for (int n = 0; n < LIMBO_LISTS; n++) {
      if (slab.words.plain(slab.list(n) + LIST_TOP) == 0) continue;
      advance();
      return reclaim();
    }
  }

 private:
  bool advance() const {
    const int32_t epoch = slab.words.load(EPOCH);  // P6
    for (int thread = 1; thread <= slab.geometry.threads; thread++) {
      const int32_t announced = slab.words.load(slab.geometry.record(thread) + layout::R_ANNOUNCE);  // P7
      if ((announced & 1) != 0 && announced >> 1 != epoch) return false;
    }
    slab.words.cas(EPOCH, epoch, (epoch + 1) & MASK);  // P8
    return true;
  }
  void reclaim() const {
    const int32_t epoch = slab.words.load(EPOCH);  // P9
    for (int n = 0; n < LIMBO_LISTS; n++) {
      const int list = slab.list(n);
      if (slab.words.plain(list + LIST_TOP) == 0) continue;
      if (((epoch - slab.words.plain(list + LIST_STAMP)) & MASK) >= slab.geometry.param0) empty(list);
    }
  }
  void empty(int list) const {
    while (const int32_t slot = slab.get(list)) {
      slab.retired(-1);
      slab.give(slot);
    }
  }
};

template <class Scheme>
struct Handle {
  Slab slab;
  Scheme scheme{slab};

  Handle(int32_t* words, int thread) : slab(words, thread) { slab.own(layout::R_STATUS) = layout::ACTIVE; }
  Handle(const Handle& other) : slab(other.slab) {}

  bool enqueue(int32_t value) {
    const auto& [words, geometry, base] = slab;
    begin(layout::OP_PUT);
    int32_t node = slab.take();
    if (node == 0) {
      scheme.collect();
      node = slab.take();
    }
    if (node == 0) {
      slab.count(layout::C_FULL);
      return end(false);
    }
    words.plain(geometry.slot(node, layout::S_VALUE)) = value;
    const int own = geometry.slot(node, layout::S_NEXT);
    words.store(own, scheme.link(words.plain(own), 0));  // E3
    slab.state(node, layout::LINKED);
    scheme.enter();
    while (true) {
      const int32_t tail = scheme.protect(0, TAIL);  // E5
      const int last = geometry.slot(geometry.link.index(tail), layout::S_NEXT);
      const int32_t next = words.load(last);           // E6
      if (tail != words.load(TAIL)) continue;  // E7
      if (geometry.link.index(next) == 0) {
        if (words.cas(last, next, scheme.link(next, node))) {  // E9
          slab.release();
          if (!words.cas(TAIL, tail, scheme.link(tail, node))) slab.count(C_E17);  // E17
          break;
        }
        slab.count(C_E9);
      } else if (!words.cas(TAIL, tail, scheme.link(tail, geometry.link.index(next)))) {  // E13
        slab.count(C_E13);
      }
    }
    scheme.leave();
    return end(true);
  }

  int32_t dequeue() {
    const auto& [words, geometry, base] = slab;
    begin(layout::OP_TAKE);
    scheme.enter();
    while (true) {
      const int32_t head = scheme.protect(0, HEAD);  // D2
      const int32_t tail = words.load(TAIL);         // D3
      const int32_t next = scheme.protect(1, geometry.slot(geometry.link.index(head), layout::S_NEXT));  // D4
      if (head != words.load(HEAD)) continue;  // D5
      const int32_t successor = geometry.link.index(next);
      if (geometry.link.index(head) == geometry.link.index(tail)) {
        if (successor == 0) {
          scheme.leave();
          slab.count(layout::C_EMPTY);
          scheme.idle();
          end(false);
          return NOTHING;
        }
        if (!words.cas(TAIL, tail, scheme.link(tail, successor))) slab.count(C_D10);  // D10
      } else {
        const int32_t value = words.load(geometry.slot(successor, layout::S_VALUE));  // D12
        slab.intend(geometry.link.index(head), layout::HAND_UNLINKING);
        if (words.cas(HEAD, head, scheme.link(head, successor))) {  // D13
          slab.come(layout::HAND_OWNED);
          scheme.leave();
          slab.expect(true, geometry.link.index(head), layout::LINKED, layout::DAMAGE_BAD_RETIRE);
          slab.state(geometry.link.index(head), layout::RETIRED);
          slab.count(layout::C_RETIRED);
          scheme.retire(geometry.link.index(head));
          end(true);
          return value;
        }
        slab.release();
        slab.count(C_D13);
      }
    }
  }

 private:
  void begin(int operation) {
    if (!ACCOUNTING) return;
    slab.own(layout::R_OPERATION) = operation;
    slab.release();
    slab.count(layout::C_OPERATIONS);
  }
  bool end(bool done) {
    if (ACCOUNTING) slab.own(layout::R_OPERATION) = layout::OP_NONE;
    return done;
  }
};

template <class Scheme>
class Queue {
 public:
  explicit Queue(const Setup& setup) : file(setup.file) {
    std::FILE* from = std::fopen(file, "rb");
    std::fseek(from, 0, SEEK_END);
    size = std::ftell(from);
    std::rewind(from);
    words = static_cast<int32_t*>(std::aligned_alloc(4096, (size + 4095) & ~4095L));
    if (std::fread(words, 1, size, from) != static_cast<size_t>(size)) std::exit(2);
    std::fclose(from);
  }
  ~Queue() {
    std::FILE* to = std::fopen(file, "wb");
    std::fwrite(words, 1, size, to);
    std::fclose(to);
    std::free(words);
  }
  Handle<Scheme> handle(int thread) { return Handle<Scheme>(words, thread); }

 private:
  const char* file;
  long size;
  int32_t* words;
};

}  // namespace

int main(int argc, char** argv) {
  const Setup setup = setup_of(argc, argv);
  const std::string scheme = argc > 9 ? argv[9] : "";
  if (scheme == "tagged") return run<Queue<Tagged>>(setup);
  if (scheme == "hazard-pointers") return run<Queue<HazardPointers>>(setup);
  if (scheme == "epochs") return run<Queue<Epochs>>(setup);
  return 2;
}
