/** What the store has promised so far, read from its own answers in the trace: the moment at which it spoke counts. */
import type { TalkEvent } from './events.ts';

const requestForm = /^(GET|PUT|POST|PATCH|DELETE) (\S+) HTTP\/1\.1\r\n/;
const answerForm = /^HTTP\/1\.1 (\d{3}) /;
const commitForm = /\{"epoch":"([0-9a-f]+)","durable":(\d+)\}/g;

export class Answers {
  /** Epoch to the highest batch that was said to be on disk. */
  readonly durable = new Map<string, number>();
  /** Method and path to how often it was answered well: calls of one path never overlap. */
  readonly done = new Map<string, number>();
  /** Highest id of a journal entry that was answered. */
  journal = 0;
  /** Grows with each promise. */
  count = 0;
  readonly #asked = new Map<string, { what: string; status: number; body: string }>();

  /** True when something was promised. */
  take(event: TalkEvent): boolean {
    if (event.kind === 'said') {
      this.count++;
      return true;
    }
    const text = event.data.toString('latin1');
    const before = this.count;
    if (event.kind === 'heard') {
      const asked = requestForm.exec(text);
      if (asked !== null)
        this.#asked.set(event.socket, { what: `${asked[1]} ${asked[2]}`, status: 0, body: '' });
      return false;
    }
    const asked = this.#asked.get(event.socket);
    if (asked === undefined) return false;
    const status = answerForm.exec(text)?.[1];
    if (status !== undefined) asked.status = Number(status);
    if (asked.what.startsWith('GET /v1/commits')) this.#committed(text);
    else if (asked.status >= 200 && asked.status < 300) this.#answered(asked, text);
    return this.count > before;
  }

  #answered(asked: { what: string; status: number; body: string }, text: string): void {
    if (asked.body === '') {
      this.done.set(asked.what, (this.done.get(asked.what) ?? 0) + 1);
      this.count++;
    }
    asked.body += text;
    if (asked.what !== 'POST /v1/journal') return;
    const id = /"id":(\d+)/.exec(asked.body)?.[1];
    this.journal = Math.max(this.journal, Number(id ?? 0));
  }

  #committed(text: string): void {
    for (const [, epoch, durable] of text.matchAll(commitForm)) {
      this.durable.set(epoch!, Math.max(this.durable.get(epoch!) ?? 0, Number(durable)));
      this.count++;
    }
  }
}
