/** Runs a program of the product under strace, so that every system call that can change a disk is written down. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Launch, type Program, startProgram } from '../../helpers/programs.ts';

/** The model of the disk knows each of these, or refuses the trace: what it does not see it cannot take away. */
const tracedCalls = [
  ...['openat', 'open', 'creat', 'read', 'write', 'writev', 'pwrite64', 'pwritev', 'pwritev2'],
  ...['fsync', 'fdatasync', 'rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'rmdir'],
  ...['mkdir', 'mkdirat', 'link', 'linkat', 'symlink', 'symlinkat', 'ftruncate', 'truncate', 'fallocate'],
  ...['copy_file_range', 'sendfile', 'sendto', 'sendmsg'],
];

/** Why nothing can be traced here, or null. */
export function whyNoTrace(): string | null {
  const tried = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true'], { encoding: 'utf8' });
  if (tried.error !== undefined) return 'strace is not installed: apt-get install strace';
  if (tried.status !== 0) return `strace may not trace here: ${tried.stderr.trim()}`;
  return null;
}

/** Nearly as long as on a good card: what does not wait for a sync overtakes it, and the trace shows that. */
const slowSync = 'inject=fsync,fdatasync:delay_exit=2000';

/**
 * What stands before a program whose syncs are to take as long as on a card: the process that is begun is the program, and
 * strace is a child of its own.
 */
export const slowedDown = [
  ...['strace', '-D', '-f', '-qq', '--seccomp-bpf', '-e', 'trace=fsync,fdatasync'],
  ...['-e', 'inject=fsync,fdatasync:delay_enter=2000:delay_exit=2000', '-o', '/dev/null'],
];

/** Strings are whole and in hexadecimal, threads are followed, and each descriptor is shown with its path. */
export function startTraced(launch: Launch, traceFile: string): Program {
  const options = ['-f', '-y', '-xx', '-qq', '--seccomp-bpf', '-s', '4000000'];
  const prefix = [
    'strace',
    ...options,
    '-e',
    `trace=${tracedCalls.join(',')}`,
    '-e',
    slowSync,
    '-o',
    traceFile,
  ];
  // What goes through io_uring is no system call of its own, so that a trace would not show it.
  return startProgram({ ...launch, prefix, env: { ...launch.env, UV_USE_IO_URING: '0' } });
}

/** Ends the traced program, not strace, which then writes the rest down and ends by itself. */
export async function endTraced(program: Program, signal: NodeJS.Signals): Promise<void> {
  const children = readFileSync(`/proc/${program.pid}/task/${program.pid}/children`, 'utf8');
  const pid = Number.parseInt(children, 10);
  if (program.over() === null && pid > 0) process.kill(pid, signal);
  await program.ended;
}
