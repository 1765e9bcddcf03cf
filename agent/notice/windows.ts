/** A notice on Windows, by a script of its own: it reads the words from its environment, where nothing quotes or splits them. */
import { fileURLToPath } from 'node:url';
import type { Show } from './notice.ts';

/** Beside the bundle, or in our sources. */
const script = fileURLToPath(new URL('notice.ps1', import.meta.url));

export const showOnWindows: Show = ({ title, text }, { run }) =>
  run('powershell.exe', ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', script], {
    env: { NETMONITOR_TITLE: title, NETMONITOR_TEXT: text },
  });
