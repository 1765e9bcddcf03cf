/** What the agent says of itself on its socket; `netmonitor-agent` reads it. */
import type { FindOptions } from './find/rung.ts';
import type { LinkStatus } from './link.ts';
import type { OutboxSize } from './outbox/outbox.ts';
import type { Pin } from './pins.ts';

export type AgentStatus = LinkStatus & {
  name: string;
  version: string;
  /** This machine's key hash. */
  key: string;
  run: string;
  intervalMs: number;
  pin: Pin | null;
  series: number;
  outbox: OutboxSize;
  /** Where it is told to look for its box. */
  looks: Looks;
};

export type Looks = Required<Pick<FindOptions, 'box' | 'doorFile' | 'discover' | 'seen'>>;
