/** The command over its real socket to a real store, all in the process of the test. */
import type { TestContext } from 'node:test';
import { runCommand } from '../../appliance/console/command.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { storeServer } from '../../appliance/store/server.ts';
import { createFakeTerminal } from './console-call.ts';
import { repository } from './programs.ts';
import { TestStore } from './store-parts.ts';

export type Asked = { answers?: (string | null)[]; interactive?: boolean; locale?: string };

export async function consoleOverStore(t: TestContext, o: Parameters<typeof TestStore.open>[1] = {}) {
  const test = await TestStore.open(t, o);
  const log = createLog({ name: 'store', level: 'error', write: () => undefined });
  const server = storeServer({ runDir: test.folder, store: () => test.store, log });
  await server.start(new AbortController().signal);
  t.after(() => server.stop());
  const run = async (args: readonly string[], asked: Asked = {}) => {
    const terminal = createFakeTerminal(asked.answers ?? [], asked.interactive ?? false);
    const code = await runCommand({
      environment: {
        ...{ argv: [...args, '--run', test.folder], journald: false },
        ...(asked.locale === undefined ? {} : { locale: asked.locale }),
      },
      ...{ terminal, clone: repository, nowMs: test.clock.wallMs(), user: 'anne' },
      signal: new AbortController().signal,
    });
    return { code, said: terminal.said.join('\n'), questions: terminal.questions };
  };
  return { test, run };
}
