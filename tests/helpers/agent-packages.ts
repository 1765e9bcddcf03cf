/** Packages of the agent for machines of this kind: with a line of shell in the place of Node's 120 MB, or with Node. */

import type { AgentPackages } from '../../image/agents/packages.table.ts';
import { buildAgents } from '../../image/agents.ts';
import { repository } from './programs.ts';

/** Where the stand-in looks for the real one: a sandbox shows it there. */
export const shownNode = '/run/shown/node';

const own = process.arch === 'arm64' ? 'linux-arm64' : 'linux-x64';
const progress = () => undefined;

export function smallPackages(outDir: string): Promise<AgentPackages> {
  const binary = Buffer.from(`#!/bin/sh\nexec ${shownNode} "$@"\n`);
  const license = Buffer.from('as it is');
  const node = { version: process.versions.node, binary, license };
  return buildAgents({ root: repository, outDir, only: [own], progress, nodeOf: async () => node });
}

/** With the Node that is shipped; nothing is compressed. */
export function realPackages(outDir: string): Promise<AgentPackages> {
  return buildAgents({ root: repository, outDir, only: [own], progress, quick: true });
}
