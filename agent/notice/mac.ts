/** A notice on macOS: laid down for the sessions, each of which has a launch agent that watches the file. See agent/install/macos. */
import { layDown } from './lay-down.ts';
import type { Show } from './notice.ts';

export const showOnMac: Show = (notice, outside) => layDown(notice, outside);
