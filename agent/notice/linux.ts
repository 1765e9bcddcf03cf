/**
 * A notice in the sessions of a Linux desktop, by notify-send over the session's own bus. That bus lets in its own user and root.
 * For everybody else the notice is laid where the sessions themselves look for it: see agent/install/linux.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { layDown } from './lay-down.ts';
import type { Notice, Outside, Show } from './notice.ts';

const PROGRAM = '/usr/bin/notify-send';
const FIRST_PERSON = 1_000;

export const showOnLinux: Show = async (notice, outside) => {
  const own = sessions(outside);
  if (own.length === 0 && outside.uid !== 0) await layDown(notice, outside);
  for (const { uid, gid, folder } of own) {
    const place = { XDG_RUNTIME_DIR: folder, DBUS_SESSION_BUS_ADDRESS: `unix:path=${folder}/bus` };
    const as = outside.uid === 0 ? { uid, gid } : {};
    await outside.run(PROGRAM, argumentsOf(notice), { env: { PATH: '/usr/bin:/bin', ...place }, ...as });
  }
};

/** logind makes such a folder for each user who is signed in. */
function sessions({ root, uid }: Outside): { uid: number; gid: number; folder: string }[] {
  const folder = join(root, 'run/user');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ uid: Number(name), folder: join(folder, name) }))
    .filter(
      (one) => (uid === 0 ? one.uid >= FIRST_PERSON : one.uid === uid) && existsSync(join(one.folder, 'bus')),
    )
    .map((one) => ({ ...one, gid: statSync(one.folder).gid }));
}

/** Nothing behind `--` is an option. The title is plain text by its specification, the body may be read as markup. */
export function argumentsOf({ title, text }: Notice): string[] {
  return ['--app-name=NetMonitor', '--icon=network-wired', '--', title, plainBody(text)];
}

/** notify-send takes \n and \101 for what they stand for (g_strcompress), desktops take <b> and &amp;. */
const plainBody = (text: string): string =>
  text.replace(/\\/g, '\\\\').replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
