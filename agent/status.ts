/** What the agent says of itself on its socket; `netmonitor-agent` reads it. */
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
};
