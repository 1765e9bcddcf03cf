/** Which servers may take the mail of an address: what its domain announces (RFC 6186), the usual names, who takes its letters. */
import { Malformed } from '../../protocol/malformed.ts';
import { mailHost } from './mail.ts';

export type MailQuestions = {
  /** Each from the most wanted on; nobody answers: none. */
  announced(domain: string): Promise<string[]>;
  exchangers(domain: string): Promise<string[]>;
};

const mostServers = 5;
const waitMs = 2_000;

export const askDomain: MailQuestions = {
  async announced(domain) {
    const resolver = await newResolver();
    const asked = ['_submissions._tcp', '_submission._tcp'].map((service) =>
      resolver.resolveSrv(`${service}.${domain}`),
    );
    const found = await Promise.allSettled(asked);
    return found.flatMap((one) =>
      one.status === 'rejected' ? [] : byPriority(one.value).map(({ name }) => name),
    );
  },
  async exchangers(domain) {
    const resolver = await newResolver();
    const [found] = await Promise.allSettled([resolver.resolveMx(domain)]);
    return found?.status === 'fulfilled' ? byPriority(found.value).map(({ exchange }) => exchange) : [];
  },
};

/** Loaded when somebody looks for a server. */
async function newResolver() {
  const { Resolver } = await import('node:dns/promises');
  return new Resolver({ timeout: waitMs, tries: 1 });
}

function byPriority<T extends { priority: number }>(records: readonly T[]): T[] {
  return records.toSorted((a, b) => a.priority - b.priority);
}

export async function serversFor(address: string, questions: MailQuestions): Promise<string[]> {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  const [announced, exchangers] = await Promise.all([
    questions.announced(domain),
    questions.exchangers(domain),
  ]);
  const usual = [`smtp.${domain}`, `mail.${domain}`];
  const names = [...announced, ...usual, ...exchangers.slice(0, 1), domain].map((name) =>
    name.toLowerCase().replace(/\.$/, ''),
  );
  return [...new Set(names)].filter(isServer).slice(0, mostServers);
}

/** What a stranger's name server says is no name before it was looked at. */
function isServer(name: string): boolean {
  try {
    mailHost(name);
    return true;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return false;
  }
}
