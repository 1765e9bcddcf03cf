/** The agent as parts: what is measured, what waits, and the way to the box. */
import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../appliance/runtime/clock.ts';
import type { ClockSource } from '../appliance/runtime/clock-trust.ts';
import type { Places } from '../appliance/runtime/config.ts';
import { statfs } from '../appliance/runtime/disk.ts';
import { messageOf } from '../appliance/runtime/errors.ts';
import type { Log } from '../appliance/runtime/log.ts';
import type { Part } from '../appliance/runtime/parts.ts';
import { version } from '../appliance/runtime/version.ts';
import { BoxTime } from './box-time.ts';
import type { PowerNews } from './bus/power.ts';
import { Catalog } from './catalog.ts';
import { type AgentConfig, looksOf, machineName } from './config.ts';
import { watchDoor } from './door-watch.ts';
import { eyesOf } from './eyes.ts';
import { FactsKeeper, gatherInChild, systemName } from './facts.ts';
import { Files } from './files.ts';
import { createLadder } from './find/index.ts';
import { parseAddress } from './find/typed.ts';
import { openIdentity, publishKey, renewIdentity } from './identity.ts';
import { Link } from './link.ts';
import { createLogBound } from './log-bound.ts';
import { NeighboursTold } from './neighbours-told.ts';
import { noticesOf } from './notices.ts';
import { OwnClocks } from './outbox/clocks.ts';
import { Outbox } from './outbox/outbox.ts';
import { Pins } from './pins.ts';
import { Probing } from './probing.ts';
import { Programs } from './programs.ts';
import { programsOf } from './programs-told.ts';
import type { Farewell } from './quiet.ts';
import { beginRun, sinceBootMs } from './run.ts';
import { runProgram } from './run-program.ts';
import { Sampler } from './sampler.ts';
import { Schedule } from './schedule.ts';
import { createAgentServer } from './server.ts';
import { ServicesKeeper } from './services.ts';
import { Token } from './token.ts';

const FIRST_CYCLE_MS = 1_000;

export type AgentOptions = {
  config: AgentConfig;
  places: Places;
  log: Log;
  clock: Clock;
  clockSource: ClockSource;
  alive(): void;
  /** Ends the process with this error. */
  fail(error: unknown): void;
  /** The program that, called with `facts`, prints them. */
  program: string;
  /** Which language the people at this machine speak. */
  locale?: string | undefined;
};

export async function buildAgent({
  config,
  places,
  log,
  clock,
  clockSource,
  alive,
  fail,
  program,
  locale,
}: AgentOptions): Promise<Part[]> {
  for (const one of [config.box, config.box_seen]) if (one !== '') parseAddress(one); // refused now, not at each attempt
  const identity = await openIdentity(places.stateDir);
  await publishKey(identity, places.stateDir);
  const proc = new Files(config.proc_root);
  const sys = new Files(config.sys_root);
  const root = new Files('/');
  const eyesHere = await eyesOf({ config, stateDir: places.stateDir, clock, log, program });
  const run = beginRun(clock, proc, eyesHere.osBoot);
  const catalog = new Catalog(clock);
  const programs = new Programs({
    folder: config.custom_dir,
    intervalMs: config.custom_interval,
    deadlineMs: config.custom_deadline,
    ...{ run: runProgram, clock, log },
  });
  const machine = {
    proc,
    sys,
    root,
    clock,
    statfs,
    statfsNow: statfsSync,
    printed: programs.printed,
    stateDir: places.stateDir,
  };
  const boxTime = new BoxTime({ clock, runMs: () => run.ms() });
  const probing = new Probing({
    ...{ stateDir: places.stateDir, clock, runMs: () => run.ms(), log },
    places: eyesHere.places,
  });
  // Behind all others: where there is no room for more series, the machine itself comes first.
  const collectors = {
    ...eyesHere.collectors,
    boxTime: () => boxTime.collect,
    probes: () => probing.collect,
  };
  const sampler = new Sampler({ ...eyesHere, collectors, machine, catalog, log });
  const facts = new FactsKeeper({ gather: (signal) => gatherInChild(program, signal), clock, log });
  const services = new ServicesKeeper({
    async source(signal) {
      if (eyesHere.services !== undefined) return eyesHere.services(signal);
      const { serviceSource } = await import('./collectors/services/index.ts');
      return serviceSource({ sys, root, clock, onPower: (news) => power(news) });
    },
    ...{ clock, log },
  });
  const pins = new Pins({
    typed: config.box_hash.toLowerCase(),
    doorFile: config.door_file,
    savedFile: join(places.stateDir, 'box.json'),
    log,
  });
  const synchronised = () => clockSource.synchronised();
  const clocks = new OwnClocks({
    ...{ clock, synchronised, runMs: () => run.ms() },
    sinceBootMs: () => sinceBootMs(proc),
  });
  const outbox = new Outbox({
    folder: join(places.stateDir, 'outbox'),
    bytes: config.outbox_bytes,
    awayMs: config.outbox_after,
    run: run.id,
    series: catalog,
    clocks,
    clock,
    log,
    wanted: async () => (await pins.current()) !== undefined,
  });
  const notices = config.notices ? noticesOf({ config, places, locale, clock, log }) : undefined;
  const name = machineName(config.name);
  const looks = looksOf(config);
  const isAllowed = config.neighbours === 'on' || (config.neighbours === 'auto' && config.door_file !== '');
  const neighbours = new NeighboursTold({ isAllowed, proc, clock, log, runMs: () => run.ms() });
  const link = new Link({
    identity,
    pins,
    speaker: {
      run,
      catalog,
      outbox,
      hash: identity.hash,
      machineName: name,
      os: systemName(),
      intervalMs: config.interval,
      facts: () => facts.current(),
      services: () => services.current(),
      processes: eyesHere.processes ?? programsOf({ config, clock }),
      notice: (text) => notices?.said(text),
      synchronised,
      clocks: () => clocks.pairs,
      boxTime,
      probes: probing,
      neighbours,
    },
    find: createLadder({ ...looks, clock, log }),
    token: new Token({ file: config.token_file || join(places.stateDir, 'token'), log }),
    clock,
    log,
  });

  const farewell = async (reason: Farewell) => {
    await link.farewell(reason);
    await outbox.save();
  };
  const power = (news: PowerNews) => {
    if (news === 'awake') {
      clocks.look();
      boxTime.forget();
      link.woke();
      return;
    }
    farewell(news).catch((error: unknown) => log.warn('no goodbye', { error: messageOf(error) }));
  };
  link.onChange(() => {
    const { state, box } = link.status();
    if (state === 'sending') facts.soon();
    notices?.link(state === 'sending', box?.name ?? '');
  });

  const { stateDir } = places;
  const { door_file: doorFile, interval: intervalMs } = config;
  const door = doorFile === '' ? undefined : watchDoor({ doorFile, stateDir, intervalMs, clock, log, fail });

  const boundLog = createLogBound({ clock, log });
  let seq = 0;
  const cycle = async () => {
    alive();
    if (clocks.look()) {
      boxTime.forget();
      link.woke();
    }
    const runMs = run.ms();
    const values = await sampler.sample();
    // A number is used up only by a tick that exists: the box reads a missing number as a lost tick.
    outbox.add({ seq, runMs, values });
    seq += 1;
    link.tick();
    facts.tend();
    services.tend();
    door?.tend();
    boundLog();
  };
  const schedule = new Schedule({
    clock,
    intervalMs: config.interval,
    firstMs: Math.min(FIRST_CYCLE_MS, config.interval),
    run: cycle,
    log,
  });
  const server = createAgentServer({
    path: join(places.runDir, 'agent.sock'),
    log,
    status: async () => ({
      ...link.status(),
      name,
      version,
      key: identity.hash,
      run: run.id,
      intervalMs: config.interval,
      pin: (await pins.current()) ?? null,
      series: catalog.length,
      outbox: outbox.size,
      looks,
    }),
    answer: (digits, same) => link.answer(digits, same),
    choose: (key) => link.choose(key),
    newIdentity: () => renewIdentity(places.stateDir),
    async forget() {
      await pins.forget();
      probing.assigned([]);
      link.reconsider();
    },
    goodbye: farewell,
    onChange: (listener) => link.onChange(listener),
  });
  const eyes: Part = {
    name: 'collectors',
    start: () => sampler.prime(),
    async stop() {
      services.close();
      facts.close();
      notices?.stop();
      proc.close();
      sys.close();
      root.close();
    },
  };
  return [
    eyes,
    ...eyesHere.parts,
    programs,
    probing,
    neighbours,
    outbox,
    link,
    schedule,
    server,
    ...(door === undefined ? [] : [door]),
  ];
}
