/** How every shipped process is run: small heaps, and code that is no longer needed after the start given back. */
const everywhere = [
  // Most of what a daemon allocates dies at once: 1 MB of young generation is enough.
  '--max-semi-space-size=1',
  '--optimize-for-size',
  // When a process rests, V8 collects four times instead of twice, and drops code that was not run in between.
  '--memory-reducer-gc-count=4',
  '--bytecode-old-age=1',
  '--flush-baseline-code',
];

/** These rest nearly always: compilers and their threads would cost them more than they ever save. */
const resting = ['--no-opt', '--no-maglev', '--v8-pool-size=0'];

/** Not even feedback for a compiler. It goes without WebAssembly, and so without Node's own fetch. */
const resident = ['--lite-mode'];

export function nodeFlagsOf(daemon: string): readonly string[] {
  if (daemon === 'agent') return [...everywhere, ...resting, ...resident];
  return daemon === 'display' ? [...everywhere, ...resting] : everywhere;
}

/** An arena of malloc for each thread is 1 MB a process for threads that hardly run. */
export const nodeEnvironment = { MALLOC_ARENA_MAX: '1' } as const;
