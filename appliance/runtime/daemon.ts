/** The life of a process: configuration, folders, start in order, systemd, signals, stop in reverse, exit code. */
import { type Clock, systemClock } from './clock.ts';
import { type ClockSource, clockSourceOf } from './clock-trust.ts';
import {
  type Config,
  type ConfigTable,
  type Loaded,
  loadConfig,
  oneOf,
  type Places,
  showConfig,
} from './config.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { exitCodeOf, Failure, messageOf } from './errors.ts';
import { helpText } from './help.ts';
import { isListenError, listenFailure } from './listen.ts';
import { createLog, type Fields, type Log, levels } from './log.ts';
import { type Part, superviseParts } from './parts.ts';
import { placesOf } from './places.ts';
import { replaceControls } from './plain-text.ts';
import { finishReset } from './reset.ts';
import { createNotifier } from './sd-notify.ts';
import { prepareFolders } from './state-dir.ts';
import { steered } from './steered-clock.ts';
import { version } from './version.ts';

export { type Part, startParts, superviseParts } from './parts.ts';

export type Context<T extends ConfigTable> = {
  config: Config<T>;
  places: Places;
  log: Log;
  clock: Clock;
  /** What the operating system knows of its wall clock. */
  clockSource: ClockSource;
  /** The reset that was finished at this very start, see reset.ts; null at an ordinary start. */
  reset: string | null;
  /** Called by the real work loop, as often as it likes: it is what the systemd watchdog hears of. */
  alive(): void;
  /** A background failure: everything is stopped and the process exits with the code of this error. */
  fail(error: unknown): void;
};

export type DaemonSpec<T extends ConfigTable> = {
  name: string;
  /** One sentence, the head of `--help`. */
  about: string;
  table: T;
  /** It has work to do while its disk is full or read-only. */
  livesWithoutDisk?: boolean;
  build(context: Context<T>): Part[] | Promise<Part[]>;
};

/** What a process has of the outside; passed in so that a life can be lived in a test. */
export type Surroundings = {
  environment: Environment;
  clock: Clock;
  clockSource?: ClockSource;
  /** Aborted by SIGTERM and its kin. */
  asked: AbortSignal;
  print(text: string): void;
  complain(line: string): void;
  /** Hands over what nobody caught; the answer ends that. */
  guard(fail: (error: unknown) => void): () => void;
};

const commonTable = {
  log_level: { type: oneOf(levels), default: 'info', about: 'the least important level that is logged' },
} as const satisfies ConfigTable;

/** Lives until a signal, a failure or the end of `--help`; then the process exits. */
export async function runDaemon<T extends ConfigTable>(spec: DaemonSpec<T>): Promise<void> {
  const asked = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => asked.abort(new Failure('CLOSED', `stopped by ${signal}`)));
  }
  // Whoever read our output is gone; that is no reason to stop measuring.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const environment = readEnvironment();
  const { clockDir } = environment;
  const code = await live(spec, {
    environment,
    ...(clockDir === undefined ? { clock: systemClock } : steered(systemClock, clockDir)),
    asked: asked.signal,
    print: (text) => void process.stdout.write(text),
    complain: (line) => void process.stderr.write(`${line}\n`),
    guard: guardProcess,
  });
  // A part that was left behind may still hold the event loop.
  process.exit(code);
}

/** The life itself. Resolves to the exit code. */
export async function live<T extends ConfigTable>(spec: DaemonSpec<T>, here: Surroundings): Promise<number> {
  try {
    if (answersAndLeaves(spec, here)) return 0;
    await work(spec, here);
    return 0;
  } catch (caught) {
    const error = isListenError(caught) ? listenFailure(caught, placeIn(caught)) : caught;
    here.complain(`netmonitor-${spec.name}: ${oneLine(error)}`);
    return exitCodeOf(error);
  }
}

function placeIn(error: unknown): string {
  return error instanceof Error && 'port' in error ? `port ${error.port}` : 'its address';
}

function answersAndLeaves<T extends ConfigTable>(
  spec: DaemonSpec<T>,
  { environment, print }: Surroundings,
): boolean {
  const table = { ...spec.table, ...commonTable };
  const places = placesOf(spec.name, environment);
  if (environment.argv.includes('--help'))
    print(helpText({ name: spec.name, about: spec.about, table, places }));
  else if (environment.argv.includes('--version')) print(`netmonitor-${spec.name} ${version}\n`);
  else if (environment.argv.includes('--print-config')) {
    const argv = environment.argv.filter((argument) => argument !== '--print-config');
    print(showConfig(table, loadConfig({ daemon: spec.name, table, environment: { ...environment, argv } })));
  } else return false;
  return true;
}

async function work<T extends ConfigTable>(spec: DaemonSpec<T>, here: Surroundings): Promise<void> {
  const { environment, clock } = here;
  const table = { ...spec.table, ...commonTable };
  const loaded = loadConfig({ daemon: spec.name, table, environment });
  const level = (loaded.config as Config<typeof commonTable>).log_level;
  const log = createLog({
    name: spec.name,
    level,
    journald: environment.journald,
    write: (line) => here.print(`${line}\n`),
  });
  log.info('starting', { version, pid: process.pid, ...effective(table, loaded) });
  const livesOn = (error: unknown) => log.error('the disk takes nothing', { error: messageOf(error) });
  await prepareFolders(loaded.places, environment, spec.livesWithoutDisk ? livesOn : undefined);
  const reset = await finishReset(loaded.places.stateDir);
  if (reset !== null) log.warn('everything was forgotten: this is as new', { reset });
  const notifier = await createNotifier({ environment, log, clock });

  const failed = new AbortController();
  const end = AbortSignal.any([here.asked, failed.signal]);
  const fail = (error: unknown) => {
    if (failed.signal.aborted || here.asked.aborted) log.error('failed while stopping', describe(error));
    else log.error('failed: stopping', describe(error));
    failed.abort(error);
  };
  const unguard = here.guard(fail);
  try {
    const { places } = loaded;
    const config = loaded.config as Config<T>;
    const clockSource = here.clockSource ?? clockSourceOf();
    const parts = await spec.build({
      ...{ config, places, log, clock, clockSource, reset, fail },
      alive: notifier.alive,
    });
    await superviseParts(parts, end, {
      log,
      clock,
      onStarted() {
        log.info('ready');
        notifier.ready();
      },
      onStopping() {
        log.info('stopping', { why: oneLine(end.reason) });
        notifier.stopping();
      },
    });
    if (failed.signal.aborted) throw failed.signal.reason;
    log.info('stopped');
  } finally {
    unguard();
    notifier.close();
  }
}

/** What nobody caught (a rejection too) is a failure of the whole process, but its parts are still stopped. */
function guardProcess(fail: (error: unknown) => void): () => void {
  process.on('uncaughtException', fail);
  return () => void process.off('uncaughtException', fail);
}

function effective(table: ConfigTable, loaded: Loaded<ConfigTable>): Fields {
  const values: Fields = { config_file: loaded.places.configFile, state: loaded.places.stateDir };
  for (const [name, key] of Object.entries(table)) values[name] = key.type.show(loaded.config[name]);
  return values;
}

/** A failure that we know needs no stack; anything else is a defect, and its place helps. */
function describe(error: unknown): Fields {
  const trace = error instanceof Error && !(error instanceof Failure) ? error.stack : undefined;
  return { error: messageOf(error), code: error instanceof Failure ? error.code : undefined, trace };
}

function oneLine(error: unknown): string {
  return replaceControls(messageOf(error), ' ');
}
