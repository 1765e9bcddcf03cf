/** `npm start`: takes a home, starts the daemons under pm2, says where the page is, and stops all of it again. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '../runtime/environment.ts';
import { exitCodeOf, Failure, messageOf } from '../runtime/errors.ts';
import { type DaemonName, daemonNames, flagsOf, mains, type Setup } from './daemons.ts';
import { firstLines, readyLine } from './first-lines.ts';
import { type Home, takeHome } from './home.ts';
import { listenToKeys } from './keys.ts';
import { freshLog, lastWords } from './log.ts';
import { help, type Options, readOptions } from './options.ts';
import { currentPage, currentVendors } from './page.ts';
import { choosePorts } from './ports.ts';
import { untilReady } from './readiness.ts';
import { type DaemonEnd, type Supervisor, supervise } from './supervisor.ts';
import { type Texts, texts } from './texts.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

type Stage = { options: Options; t: Texts; say(text: string): void; stopping: AbortController };

async function main(): Promise<void> {
  const options = readOptions(readEnvironment(), join(root, '.netmonitor'));
  if (options.help) {
    process.stdout.write(help);
    return;
  }
  // Whoever read these lines may go away; that must not keep us from stopping what we started.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  const say = (text: string) => (options.json ? process.stderr : process.stdout).write(text);
  const stage: Stage = { options, t: texts[options.language], say, stopping };
  const home = await takeHome(options.home);
  try {
    await runIn(home, stage);
  } finally {
    await home.release();
  }
}

async function runIn(home: Home, stage: Stage): Promise<void> {
  const { options, t, say, stopping } = stage;
  say(`${t.starting}\n`);
  const [ports, assetsDir, vendorsFile] = await Promise.all([
    choosePorts(home.path, options.port === undefined ? {} : { https: options.port }),
    currentPage(root),
    currentVendors(root),
  ]);
  if (stopping.signal.aborted) return;
  const packagesDir = join(root, '.cache', 'agents');
  const built = { assetsDir, vendorsFile, packagesDir };
  const setup: Setup = { home: home.path, ports, language: options.language, ...built };
  const hopeless = Promise.withResolvers<never>();
  hopeless.promise.catch(() => undefined); // Looked at below, unless the start was stopped first.
  const supervisor = await superviseDaemons(home, setup, async (end) => {
    if (stopping.signal.aborted) return;
    const log = join(home.logsDir, `${end.daemon}.log`);
    if (end.code !== 78) say(`${end.daemon} ${t.restarts} ${log}\n`);
    else
      hopeless.reject(new Failure('CONFIG_INVALID', `${end.daemon} ${t.gaveUp}\n  ${await lastWords(log)}`));
  });
  const onSlow = (missing: readonly string[]) => say(`${t.slow} ${missing.join(', ')} (${home.logsDir})\n`);
  try {
    const ready = await Promise.race([
      untilReady(home.runDir, stopping.signal, { onSlow }),
      hopeless.promise,
    ]);
    const scene = { ...ready, home: home.path, ports };
    const terminal = process.stdin.isTTY && !options.json;
    if (options.json) process.stdout.write(`${readyLine(scene)}\n`);
    else say(firstLines(t, { ...scene, keys: terminal }));
    const quit = () => stopping.abort();
    const keys = terminal
      ? listenToKeys({
          input: process.stdin,
          write: say,
          columns: () => process.stdout.columns,
          away: t.away,
          runDir: home.runDir,
          quit,
        })
      : undefined;
    await Promise.race([aborted(stopping.signal), supervisor.ended, hopeless.promise]).finally(() =>
      keys?.stop(),
    );
    if (!stopping.signal.aborted)
      throw new Failure('INTERNAL', `pm2 ended by itself; see ${join(home.logsDir, 'pm2.log')}`);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    stopping.abort();
    await stopAll(supervisor, stage);
  }
}

async function superviseDaemons(
  home: Home,
  setup: Setup,
  onEnd: (end: DaemonEnd) => Promise<void>,
): Promise<Supervisor> {
  const app = async (name: DaemonName) => ({
    name,
    script: mains[name],
    args: flagsOf(name, setup),
    log: await freshLog(home.logsDir, name),
  });
  return supervise({
    cwd: root,
    runDir: home.runDir,
    apps: await Promise.all(daemonNames.map(app)),
    env: { NETMONITOR_HOME: home.path, NETMONITOR_RUN: home.runDir },
    log: await freshLog(home.logsDir, 'pm2'),
    onEnd: (end) => void onEnd(end),
  });
}

async function stopAll(supervisor: Supervisor, { t, say }: Stage): Promise<void> {
  say(`${t.stopping}\n`);
  const killed = await supervisor.stop();
  say(`${killed.length > 0 ? `${t.killed} ${killed.join(', ')}` : t.stopped}\n`);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

try {
  await main();
} catch (error) {
  process.stderr.write(
    `netmonitor: ${error instanceof Failure ? error.message : ((error as Error).stack ?? messageOf(error))}\n`,
  );
  process.exitCode = exitCodeOf(error);
}
