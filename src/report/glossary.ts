import { listed } from '../counted.ts';
import { structures } from '../laboratory/structures.ts';

/**
 * The words of the laboratory by their subjects, each defined in one or two sentences. Output, documents and comments use them in these
 * senses and no others. Kinds of damage, schemes and strategies are defined where they are: `glossary-text.ts` adds them.
 */
export const GLOSSARY: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Memory: {
    slab: 'A fixed number of slots, numbered from 1, in one shared buffer. No slot is added later and none is given back to the system.',
    slot: 'A piece of the slab with room for one node: a value, a link, and words in which the auditor reads whose it is.',
    node: 'What the queue keeps in a slot: a value, and a link to the next node.',
    word: '32 bits of shared memory, which are read and written as a whole.',
    'pointer word': 'A word that names a slot: Head, Tail, a link, or the top of the free list.',
    null: 'The index 0, which names no slot.',
    version:
      'A number beside the index in a pointer word, under versions: when the slots were born that the word is about. A slot is born later in each life, so a word that names it again has another version.',
    tag: 'A number beside the index in a pointer word that grows with each change. A word that names the same slot again has another tag.',
    mark: 'A bit beside the index in a pointer word, which says that the node is being taken out. Lists need it; a queue does not.',
    wrap: 'A tag of b bits has been through all its values after 2^b changes, and is the same again. It has wrapped.',
    life: 'The use of a slot from the moment a thread takes it from the free list to the moment it is freed. The first life of slot 1 is shown as 1ᵃ, the second as 1ᵇ.',
    reuse:
      'Taking a slot again that was freed before. The slot begins another life, and an old link to it now leads to another node.',
    allocate: 'To take a slot that is free, for a new node.',
    'free list':
      'The slots that nobody uses. It is a Treiber stack, so the slot that was freed last is taken first; with --free-list ring it is a ring, and the slot that was freed first is.',
    LIFO: 'Last in, first out: the order of a stack.',
    FIFO: 'First in, first out: the order of a queue.',
    magazine: 'A chain of free slots that goes to a thread, or back to the free list, in one step.',
    cache:
      'Up to two magazines of free slots that a thread keeps for itself, so that it seldom needs the free list.',
    stride: 'The number of words from one slot to the next.',
    page: '4096 bytes of memory, which are resident or not as a whole.',
    touched:
      'Said of a slot, or of a page, of which a thread has read or written a word. What was reserved and is not touched need not be resident.',
    geometry: 'The sizes of a laboratory: slots, threads, stride, magazines, bits of a tag.',
    full: 'The answer of an operation that puts a value in and got no room: no slot is free, the scheme can free none, and none is in its own cache; or all cells are taken.',
    empty: 'The answer of an operation that takes a value out and found none inside.',
  },
  'The queue': {
    structure: `What the threads share and change together, such as a queue, a stack or a list. Here there are the ${listed(structures.map(({ TITLE }) => TITLE))}.`,
    ring: 'An array of cells that is gone round in, so that a queue of a fixed size lies in it: the first cell follows the last one.',
    cell: 'A place of an array, or of a segment, with room for one value. One that is claimed is had by a put or a take that is half done.',
    holding: 'Said of a cell with a value that no take has.',
    position:
      'What Head and Tail of a ring count, or Top and Bottom of a deque: position p leads to cell or entry p modulo how many there are.',
    sequence:
      'A word beside a cell of a Vyukov ring: the position whose put may write the cell, or one more once it is written.',
    pull: 'A dequeue of the Vyukov ring that waits where that one would say empty early.',
    segment: 'A slot with several cells, and words that count those that puts and takes had.',
    bucket: 'A root of a hash set: the low bits of a key say which one it belongs in.',
    key: 'The number that a node of a set stands for: it is inside once, or not at all.',
    root: 'A pointer word by which the threads come to a structure: Head and Tail of the queue, Top of the stack, Head of the list.',
    Top: 'The pointer word that names the node of the stack that was pushed last.',
    push: 'The operation that puts a value on top of the stack (S3); of a deque, at the bottom.',
    pop: 'The operation that takes the value off that was pushed last: it moves Top to the node below (S6). Of a deque: it moves Bottom.',
    deque:
      'A queue with two ends. In that of Chase and Lev the owner, which is one thread, works at the bottom, and all others at the top.',
    thief: 'A thread that takes values from the deque of another one, its owner.',
    steal: 'The operation of a thief: it takes the value at the top of a deque, the oldest one (WS11).',
    abort:
      'The answer of a steal that found a value and lost it to another thread. It says nothing of what is left.',
    insert: 'The operation that puts a key into a set, +3 in a program. It answers no if the key is inside.',
    remove:
      'The operation that takes a key out of a set, -3 in a program: it marks the node, and then unlinks it. It answers no if the key is not inside.',
    contains: 'The operation that asks whether a key is in a set, ?3 in a program, and changes nothing.',
    'dummy node':
      'The first node of the chain. Its value was taken already, or there never was one; it is there so that Head and Tail always name a node.',
    Head: 'The pointer word that names the dummy node; the first value of the queue is in the node after it.',
    Tail: 'The pointer word that names the last node, or the one before it while an enqueue is half done.',
    link: 'The word of a slot that names the next node, also called next.',
    enqueue:
      'The operation that puts a value at the end of the queue: it links a new node (E9) and then moves Tail (E17).',
    dequeue:
      'The operation that takes the first value: it moves Head to the next node (D13), which becomes the new dummy node.',
    isEmpty: 'The operation that asks whether the queue holds a value, and changes nothing.',
    help: "To finish a step of another thread's operation, such as moving Tail, in place of waiting for it.",
  },
  'Shared memory': {
    'compare-and-swap':
      'One atomic step: if a word holds what is expected, write another value into it; else change nothing. It compares bits, and cannot see that a word was changed and changed back.',
    'atomic access':
      'A read or write of a word by Atomics. All atomic accesses of all threads happen in one order that every thread sees.',
    'plain access':
      'A read or write of a word without Atomics. It is right only where no other thread uses the word at that moment.',
    'sequentially consistent':
      'All accesses happen in one order, in which those of each thread come in the order of its program.',
    'stale read':
      'A read of a slot after its life has ended. It does no harm if a check that follows makes the thread throw the value away.',
  },
  Reclamation: {
    reclamation: 'Deciding when a slot that was unlinked can be used again safely.',
    spec: 'A scheme with its parameters, such as hazard-pointers:threshold=1.',
    scheme:
      'One way of reclamation, such as hazard pointers or epochs. The queue tells it what it reads and what it has unlinked.',
    claim:
      'What a scheme promises, such as safety from ABA; every run is held against it. Under reference counting: that a word or a thread names a slot, which is not freed before its last claim has ended.',
    count:
      'Under reference counting, a word of a slot: how many claims it has. Under Hyaline: on how many lists a batch is, in the slot that counts for it; in one on a list, what comes next there.',
    unlink: 'To take a node out of the chain, so that Head no longer leads to it.',
    retire: 'To hand an unlinked slot to the scheme. Other threads may still have read its number.',
    reclaim: 'The judgement of the scheme that no thread can use a retired slot any more.',
    free: 'On the free list or in a cache, so that it can be allocated. A slot is retired first, reclaimed later, and free last.',
    'hold back': 'To keep a retired slot from being freed. The outcome of a run counts slots of others.',
    safe: 'A scheme is safe for a structure if no operation does damage under it, whatever the interleaving. Of an entry of a ring: a put may still write it for its position.',
    'claim on its way':
      'Under reference counting: a claim that a count has and no announcement shows yet, or any more. A word of the record of the thread names its slot meanwhile.',
    'other hand':
      'Under reference counting: the word of a record that names the slot that its thread retires or frees, or whose last claim it has ended.',
    unreclaimed: 'Retired and not free yet. Output also calls such slots garbage.',
    bound: 'The most unreclaimed slots that a scheme promises. Unbounded: no number can be promised.',
    peak: 'The largest number so far, such as that of the unreclaimed slots.',
    'retired list':
      'The slots that a thread has retired and that wait to be reclaimed; with epochs also called a limbo list.',
    protect: 'To make sure, before a slot is used, that it is not freed meanwhile.',
    publish: 'To write into shared memory what other threads are to see: a new node, or an announcement.',
    announcement:
      'A word in the record of a thread that tells the others what it is using: a hazard, an era, or the epoch of its pin.',
    validate: 'To read a word again and check that it has not changed, so that what was read before holds.',
    hazard:
      'An announced slot number. A thread that wants to free slots reads all hazards first and keeps the slots that they name.',
    scan: 'To read what all threads announce, and free every slot of the own retired list that none of it holds back.',
    threshold:
      'With hazard pointers, hazard eras, intervals and neutralization: the number of retired slots at which a thread scans.',
    clock: 'A number that all threads share and move on: the epoch, the era, or that of versions.',
    epoch:
      'A number that all threads share and that moves on when every pinned thread has announced the current one.',
    pin: 'To announce the current epoch at the start of an operation. While a thread is pinned, no slot that it may use is freed.',
    'grace period':
      'The time after which a retired slot can be freed, because every operation that was in progress has ended. With epochs, the parameter grace is its length in epochs.',
    period:
      'With epochs and quiescent states: after this many retired slots a thread tries to move the epoch on. With intervals of eras a thread moves the clock on after this many slots that it took or retired, and with debra it looks at one other after this many operations.',
    region:
      'With epochs: so many operations are made under one pin. It ends earlier where the thread itself waits for the epoch, and when it goes offline; idle between two of its operations, a thread is pinned.',
    bag: 'A list of slots that a thread has retired since its bags rotated last, under debra.',
    rotation:
      'Under debra: a thread that finds a new epoch begins a new bag. What was retired before the last three rotations can be freed.',
    online:
      'Said of a thread for which the others wait, under schemes that wait for quiescent states. Between two operations it is online too, until it goes offline.',
    'quiescent state': 'A moment at which a thread is between two operations and uses no slot of the queue.',
    quiescence: 'A moment at which all threads are in a quiescent state.',
    era: 'What a clock shows that all threads share. With hazard eras and intervals each slot carries the eras of its birth and of its retirement, and a thread announces those in which it reads.',
    safepoint:
      'A place in the code where a thread uses no slot and can be made to wait until a collection is over.',
    restart: 'To give up a round of an operation and begin it again, because what was read no longer holds.',
    reservation:
      'Under neutralization: an announced slot number. Before a thread writes, it announces all slots that the write is about, and a scan keeps these.',
    phase: 'Under neutralization: a thread is quiet, reading, writing, or neutralized.',
    neutralized:
      'Said of a thread whose reading another thread has ended, under neutralization. It believes nothing that it has read, and restarts at its next check.',
    'hand-over':
      'Under pass-the-pointer: a word beside each hazard, in which another thread leaves a slot that the hazard names. The slot is parked there.',
    inside: 'Said of a value that is in the structure, and of a thread that is in an operation.',
    birth: 'When the life of a slot began, by the clock of the scheme: an era, or the epoch of versions.',
    death: 'When a slot was retired, by the clock of the scheme.',
    stamp:
      'What a thread writes into a slot that it retires, to tell its age later: the epoch, or how many slots it had retired before.',
    collection:
      'While all other threads wait, one, the collector, frees every slot that no root leads to and no thread has in hand. Under mark and sweep they wait at safepoints.',
    patience:
      'With mark and sweep: how often a thread that wants to collect looks at one that is inside, before it gives up.',
    linger:
      'With hazard pointers, linger=on: hazards are not taken back when an operation ends, and hold slots back until others take their place.',
    state:
      'A word of a slot that says where it is in its life: HELD by a thread, LINKED into the structure, RETIRED or FREE.',
    adopt: 'To take over the record of a thread that has died, with its retired list and its slot in hand.',
    parked:
      'Retired, and on no retired list. Under pass-the-pointer it is left in a hand-over, and under Hyaline it is in a batch, which is of one thread or on the lists of threads.',
    heir: 'The thread that adopts the record of another one.',
    robust: 'A scheme is robust if a stalled thread can hold back only a bounded number of slots.',
    'easy integration':
      'A scheme is easy to integrate if a structure says only where operations begin and end, and what it reads and retires.',
    'wide applicability':
      'A scheme is widely applicable if it is safe for every structure, also for one that goes on from unlinked nodes.',
    'ERA theorem':
      'No safe scheme has all of easy integration, robustness and wide applicability: each gives up one (Sheffi and Petrank, 2023).',
  },
  'What goes wrong': {
    damage:
      'A violation of what a queue and its memory must do. There is a closed list of kinds, and each has an entry here.',
    corrupt: 'Damaged: the queue or the free list is no longer what it must be.',
    finding: 'Damage that a run has found, with its step, thread and slot as far as they are known.',
    leak: 'A slot that can never be used again, because nothing leads to it and no thread knows it.',
    stall: 'A thread stops for a long time, or for good, inside an operation. Its record stays as it was.',
    'dead thread':
      'A thread whose worker was terminated or has crashed. Its record stays as it was until another thread adopts it.',
    hung: 'A thread that did not come out of one operation within the time of the watchdog.',
    explanation:
      'Of a stress run: a short program that shows the same kind of damage, since a run of free threads cannot be replayed.',
    perturb: 'To make threads pause at random steps, so that rare interleavings come up more often.',
    watchdog: 'The limit of time for one operation in a stress run.',
    'phantom write': 'A write through a stale link: it changes a slot that now holds another node.',
    verdict: 'Whether a run was as claimed or broken.',
    flight: 'In the output of stress: the last operations of the threads before the damage.',
    told: 'The verdict on a run of a scenario with a schedule, slots or parameters of your own: no end of it is expected, and no claim of its scheme is broken.',
    'come round':
      'A word comes round when a thread finds it as it had read it, although it has changed meanwhile as often as its tag can tell apart: once without a tag. What the claims of a scheme allow of ABA follows from there.',
    'as claimed':
      'The verdict that a run did nothing that its scheme promises not to do. The opposite is broken.',
  },
  'Threads and schedules': {
    thread:
      'One of those that run operations at the same time, each on a Node worker of its own. T1 is the thread with number 1.',
    record:
      'The words of a thread in the shared buffer: its status, announcements, retired list, slot in hand, cache and counters.',
    step: 'One access of a thread to shared memory that the others can notice. Every step has a label, such as D13.',
    label:
      'The name of a step in the source: a letter for the part and a number. D is dequeue, E enqueue, A and F the free list, H hazard pointers, P epochs; with D and E the number is the line of the paper.',
    gate: 'The place before a step where a thread waits until it is allowed to go on.',
    coordinator: 'The code that decides which thread makes the next step.',
    schedule: 'Which thread makes how many steps: 1x5,2x36 is five steps of T1 and then 36 of T2.',
    anchor: 'A place in a schedule by label: T1@D13 moves T1 until it stands before D13.',
    preemption: 'A switch from a thread that could have gone on to another one.',
    interleaving: 'One order in which the steps of all threads can happen.',
    engine:
      'A way to run the kernel: atomics and wasm run threads freely, mixed takes both, stepped grants each step, and model does that in one thread. A benchmark has some that make many operations with one call (batched), or by one step (chained).',
    kernel: 'The code under study in src/kernel: the queue, the slab and the schemes.',
    card: 'What a scheme says of itself: its name, its claims and its parameters. A step has a card too, which says what it does.',
    variant: 'A changed part of the kernel: a subclass in a file of its own.',
    mutant: 'A copy of the lab with one known bug in its text, as other projects had it.',
    witness: 'The program, the scheme and the limits under which the explorer finds the bug of a mutant.',
    scenario: 'A program with a schedule and what must come of it under each scheme.',
    case: 'What a scenario does under one scheme, or with a variant or parameters of it. It has the name of its scheme, or one of its own, which explain knows.',
    program:
      'What is inside at the start, in brackets, and the operations of each thread: e enqueue, d dequeue, i isEmpty, e3 a batch of three, e*3 a chain of three. It may also have collect, offline, adopt, leave and die.',
    collect:
      'The operation of a program that reclaims what can be reclaimed, as an enqueue does that finds no free slot.',
    offline:
      'Said of a thread for which no other one has to wait, under schemes that wait for quiescent states: it makes no operation for a while. It is also the operation of a program by which a thread goes offline until its next one.',
    leave:
      'The operation by which a thread of a program leaves in good order. Its record waits for an heir if slots are still on its retired list.',
    die: 'The operation by which a thread of a program ends as a terminated worker does, with nothing cleaned up. The explorer also lets it end before each step that it makes earlier.',
    batch:
      'Many enqueues or dequeues with one call, made one after the other; other threads may come between two of them. Under Hyaline: retired slots that are handed over together, and freed together: as many as batch says, and always more than there are threads inside.',
    chain:
      'Many enqueues by one step, or many dequeues: e*3 in a program, d*3; under reference counting each has a step of its own. Fewer than were asked for say nothing of the queue; none says full or empty.',
    seed: 'The number from which all random choices of a run are drawn.',
    trace: 'A file with every step of a run.',
    snapshot: 'A file with all words of a slab at one moment.',
    'replay line': 'A command that makes the same run again, step by step.',
  },
  'Operations and histories': {
    invocation: 'The moment at which an operation begins.',
    response: 'The moment at which an operation answers.',
    history: 'The invocations and responses of a run in their order, with arguments and answers.',
    'linearization point': 'The step at which an operation takes effect for all other threads.',
    linearizable:
      'A history is linearizable if every operation can take effect at one moment between its invocation and its response, so that a structure used by a single thread would give the same answers. A Vyukov ring is held to one that may say empty and full early.',
    'lock-free':
      'However threads are scheduled, and if some stop for good, one of the others always finishes its operation.',
  },
  'The audit': {
    audit:
      'An account of every slot: which are reachable, in hand, retired or free, and which have no owner or too many.',
    equation: 'The line of the audit in which the slots of all owners add up to the slots of the slab.',
    owner:
      'What a slot belongs to: the queue, one thread, a retired list, or the free list. A sound slot has exactly one.',
    reachable: 'Head or Tail leads to the slot, directly or over links.',
    'in hand':
      'Held by one thread between taking it from the free list and linking it, or between unlinking and retiring it. One that it forgets is in hand by its record until its next operation begins.',
    retired:
      'Handed to the scheme and not freed: on the retired list of a thread or, under reference counting, with claims that have not ended.',
    'held by counts':
      'Retired, on no list, and with claims that have not ended: the thread that ends the last one frees the slot.',
    leaked: 'Without an owner.',
    sound:
      'Said of a slot: it has one owner. Said of a structure under a scheme: its named programs were searched as far as is said, and did no damage.',
    'not applicable':
      'Said of a structure under a scheme where the question does not arise, as of a ring that takes no slots. The matrix has the reason.',
    intent:
      'A slot that a thread has written down as the one that its next step takes. It belongs to another owner until then, and is counted there.',
    conflict: 'A slot with more than one owner, such as reachable and free at once.',
    surplus: 'What is taken off the equation because slots in conflict were counted once for each owner.',
    stranded: 'Reachable from Tail and not from Head: a dequeue will never come there.',
    cyclic: 'On a circle of links.',
    'retired twice': 'On more than one retired list, or on one of them twice.',
    'ever allocated': 'How often a slot was allocated since the start. A reused one counts each time.',
    'in use': 'Allocated and not freed since. The number should follow the length of the queue, up and down.',
  },
  Exploring: {
    explore: 'To run a small program in every order that makes a difference, and to judge each run.',
    job: 'One of the worker threads that share a search.',
    bad: 'Of executions: damaged.',
    execution: 'One run of a program from start to end under one interleaving.',
    invariant:
      'What is so at the start and after every step, whatever the threads do. Those of the queue and of the slab are written down, and checked.',
    class:
      'All executions that differ only in the order of steps that do not depend on each other. One execution of each class is run.',
    complete: 'Of a search: every class was run, and no limit ended it.',
    'event loop':
      'What runs the tasks of a thread one after the other: messages, timers, and other events that it waits for.',
    task: 'What an event loop runs at once, with the promise jobs that come of it, before it does anything else.',
    'promise job':
      'What an await, or the then of a promise, goes on with: it is run when the task that runs has ended.',
    strategy: 'The rule by which the explorer chooses executions.',
    unit: 'A part of a search that can be run alone, on any machine. The results of all units add up to the result of the search.',
    shard: 'One of several equal parts of the units of a search, for one machine.',
    checkpoint:
      'A file with the units that are done and what they have shown, from which a search can be continued.',
    shrink: 'To look for a smaller program that shows the same kind of damage.',
    retry: 'One more round of a loop in an operation, because another thread has changed what was read.',
    cut: 'An execution that was ended at the limit of steps, since a loop in it did not end. With reference counting, cut=on: a retired slot names itself, so that it holds no other one back.',
  },
};
