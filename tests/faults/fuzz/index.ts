/** Every parser of what comes from outside. A new one: one file in parsers/, one line here. */
import type { FuzzedParser } from './parser.ts';
import { appends } from './parsers/appends.ts';
import { backupFiles } from './parsers/backup-files.ts';
import { beacons } from './parsers/beacons.ts';
import { blocks } from './parsers/blocks.ts';
import { busMessages } from './parsers/bus-messages.ts';
import { configuration } from './parsers/configuration.ts';
import { doorFiles } from './parsers/door-files.ts';
import { logChains } from './parsers/log-chains.ts';
import { logMarks } from './parsers/log-marks.ts';
import { mdnsPackets } from './parsers/mdns-packets.ts';
import { outboxSegments } from './parsers/outbox-segments.ts';
import { pageAnswers } from './parsers/page-answers.ts';
import { pageEvents } from './parsers/page-events.ts';
import { records } from './parsers/records.ts';
import { rest } from './parsers/rest.ts';
import { rollups } from './parsers/rollups.ts';
import { spareCopies } from './parsers/spare-copies.ts';
import { wireFrames } from './parsers/wire-frames.ts';
import { wireMessages } from './parsers/wire-messages.ts';
import { wireSamples } from './parsers/wire-samples.ts';
import { writeAhead } from './parsers/write-ahead.ts';

export const parsers = {
  'wire-frames': wireFrames,
  'wire-messages': wireMessages,
  'wire-samples': wireSamples,
  mdns: mdnsPackets,
  beacon: beacons,
  bus: busMessages,
  configuration,
  'door-files': doorFiles,
  rest,
  outbox: outboxSegments,
  appends,
  'write-ahead': writeAhead,
  'log-chains': logChains,
  'log-marks': logMarks,
  blocks,
  rollups,
  records,
  spare: spareCopies,
  backup: backupFiles,
  'page-events': pageEvents,
  'page-answers': pageAnswers,
} as const satisfies Record<string, FuzzedParser>;

export type ParserName = keyof typeof parsers;
