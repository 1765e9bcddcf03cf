/** The command that brings another computer to this box. */
import type { Api } from '../api/client.ts';
import type { AgentsDoor } from '../api/types.ts';
import { code } from './parts.ts';

const usualPort = 7411;
const loopback = /^(localhost$|127\.|\[?::1)/;

/** How another computer names this box: as the page was reached, unless that name means the reader's own computer. */
export function boxOption(pageHost: string, door: AgentsDoor): string | null {
  const host = loopback.test(pageHost) ? door.addresses.find((address) => !loopback.test(address)) : pageHost;
  if (host === undefined) return null;
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return `--box ${bracketed}${door.port === usualPort ? '' : `:${door.port}`}`;
}

export function agentCommand(api: Api): HTMLElement {
  const line = code('npm run agent');
  const fill = async (): Promise<void> => {
    const option = boxOption(location.hostname, await api.door());
    if (option !== null) line.textContent = `npm run agent -- ${option}`;
  };
  // Without an answer the command stands as it is: the agent then looks for the box by itself.
  fill().catch(() => undefined);
  return line;
}
