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

/** These rest nearly always: the optimising compilers would cost them more than they ever save. */
const resting = ['--no-opt', '--no-maglev'];

export function nodeFlagsOf(daemon: string): readonly string[] {
  return daemon === 'agent' || daemon === 'display' ? [...everywhere, ...resting] : everywhere;
}
