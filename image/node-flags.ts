/** How every shipped process is run: most of what a daemon allocates dies at once, and the start is its busiest time. */
const everywhere = ['--max-semi-space-size=1', '--optimize-for-size'];

/** The store works without pause: code made for size costs it three times the CPU of an answer. A larger young half saves it none. */
const working = ['--max-semi-space-size=1'];

/** Code that is no longer needed after the start is given back. */
const givingBack = [
  // When a process rests, V8 collects four times instead of twice, and drops code that was not run in between.
  '--memory-reducer-gc-count=4',
  '--bytecode-old-age=1',
  '--flush-baseline-code',
];

/** These rest nearly always: compilers and their threads would cost them more than they ever save. */
const resting = ['--no-opt', '--no-maglev', '--v8-pool-size=0'];

/**
 * Without WebAssembly, and so without Node's own fetch. Code is kept: after the start nearly all of it would be thrown
 * away and compiled anew in the minutes that follow, in pages of the compiler that take as much room as the code.
 */
const resident = ['--lite-mode', '--no-flush-bytecode', '--max-lazy'];

/**
 * What lives briefly is collected when a quarter of its megabyte is used instead of four fifths, so that only the first page
 * of each half is ever touched: 1 MB less, and no CPU that could be measured.
 */
const collected = ['--minor-gc-task-trigger=25'];

/** Collects already when what is kept has grown by a seventh: the garbage of a thousand checks brought the watch to its limit of memory. */
const sparing = ['--heap-growing-percent=15'];

/** On other people's machines: no thread that waits for SIGUSR1 and would open a debugger for whoever sends it. */
const undisturbed = ['--disable-sigusr1'];

export function nodeFlagsOf(daemon: string): readonly string[] {
  if (daemon === 'store') return [...working, ...givingBack];
  if (daemon === 'agent') return [...everywhere, ...resting, ...resident, ...collected, ...undisturbed];
  if (daemon === 'watch') return [...everywhere, ...givingBack, ...resting, ...sparing];
  return daemon === 'display' ? [...everywhere, ...givingBack, ...resting] : [...everywhere, ...givingBack];
}

/** An arena of malloc for each thread is 1 MB a process for threads that hardly run. */
const oneArena = { MALLOC_ARENA_MAX: '1' };

/** What the start and each handshake leave free at the top of the heap goes back: 0.4 MB, and no CPU that could be measured. */
const trimmed = { MALLOC_TRIM_THRESHOLD_: '65536', MALLOC_TOP_PAD_: '4096' };

/**
 * Of each TLS connection OpenSSL and Node ask for buffers of 16 and 64 kB, of which they use a little, and give some of
 * them back at each message. As pieces of the heap they leave holes that nothing else fits in; mapped for themselves they
 * are as large as what was written to them, and gone when they are given back. A thousand connections: 46 MB less.
 */
const mapped = { MALLOC_MMAP_THRESHOLD_: '16500', MALLOC_TRIM_THRESHOLD_: '32768', MALLOC_TOP_PAD_: '32768' };

/** The store reads blocks of 20 kB all day: only what is larger than most of them is mapped, and what is free goes back. */
const returned = { ...mapped, MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };

const allocation: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  agent: trimmed,
  store: returned,
};

export function nodeEnvironmentOf(daemon: string): Readonly<Record<string, string>> {
  return { ...oneArena, ...(allocation[daemon] ?? mapped) };
}
