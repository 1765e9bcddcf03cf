/** As much of HTTP/1.1 (RFC 9112) as a look at a page takes: one question, the head of its answer, the beginning of the page. */
import { Fault, mostAnswerBytes } from './probe.ts';

const mostHeadBytes = 16 * 1024;
/** `100 Continue` and its like, of which a server may send as many as it likes. */
const mostAnnounced = 16;
/** The size of a chunk, and what else a server says beside it. */
const mostSizeLine = 256;
/** Small chunks are mostly what stands around them. */
const mostRawBytes = 8 * mostAnswerBytes;

const nothing = Buffer.alloc(0);
const beginning = Buffer.from('HTTP/1.', 'latin1');
const statusLine = /^HTTP\/1\.[01] ([1-5]\d\d)(?: .*)?$/;
const field = /^([!#$%&'*+.^_`|~0-9a-z-]+):[ \t]*(.*)$/i;
const sizeLine = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i;

export type Head = {
  status: number;
  location: string | undefined;
  /** How the page ends: after so many bytes, after the last chunk, or with the connection. */
  length: number | 'chunked' | 'close';
};

/** `url` is one that was checked: its path holds nothing that could begin another line. */
export function question(url: URL): string {
  const lines = [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'User-Agent: NetMonitor',
    'Accept: */*',
    'Accept-Encoding: identity',
    'Connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Takes what comes, in pieces of any size. Throws a fault at what is no answer. */
export class Answer {
  head: Head | undefined;
  /** The page as far as it has come, at most as much as a probe reads. */
  page: Buffer = nothing;
  /** All of the page that is wanted is here. */
  isWhole = false;
  #rest: Buffer = nothing;
  #announced = 0;
  #raw = 0;
  /** Bytes of this chunk that are still to come; the line break behind it counts, too. */
  #left = 0;

  take(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    if (this.head === undefined) this.#takeHead();
    if (this.head === undefined || this.isWhole) return;
    this.#raw += bytes.length;
    this.#takePage();
    if (!this.isWhole && this.#raw > mostRawBytes)
      throw new Fault('TOO_LARGE', 'the page comes in chunks that hold next to nothing');
  }

  /** The connection has ended: is this all of the page? */
  ended(): boolean {
    if (this.head?.length === 'close') this.isWhole = true;
    return this.isWhole;
  }

  #takeHead(): void {
    while (this.head === undefined) {
      const text = this.#rest.toString('latin1', 0, mostHeadBytes);
      const start = text.slice(0, beginning.length);
      if (start !== beginning.toString('latin1', 0, start.length))
        throw new Fault('GARBLED', 'the answer does not begin as one of a web server');
      const end = /\r?\n\r?\n/.exec(text);
      if (end === null) {
        if (this.#rest.length >= mostHeadBytes)
          throw new Fault('TOO_LARGE', `the head of the answer is longer than ${mostHeadBytes} bytes`);
        return;
      }
      this.#rest = this.#rest.subarray(end.index + end[0].length);
      const head = headOf(text.slice(0, end.index));
      if (head.status === 101) throw new Fault('GARBLED', 'it changes to another protocol');
      if (head.status >= 200) this.head = head;
      else if (++this.#announced > mostAnnounced)
        throw new Fault('GARBLED', 'it announces its answer again and again');
    }
    if (this.head.length === 0) this.isWhole = true;
  }

  #takePage(): void {
    const { length } = this.head!;
    if (length === 'chunked') {
      this.#takeChunks();
      return;
    }
    const most = length === 'close' ? mostAnswerBytes : Math.min(length, mostAnswerBytes);
    this.#add(this.#rest.subarray(0, most - this.page.length));
    this.#rest = nothing;
    this.isWhole = this.page.length >= most;
  }

  #takeChunks(): void {
    while (!this.isWhole) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, this.#rest.length);
        this.#add(this.#rest.subarray(0, Math.max(0, Math.min(taken, this.#left - 2))));
        this.#rest = this.#rest.subarray(taken);
        this.#left -= taken;
        if (this.page.length >= mostAnswerBytes) this.isWhole = true;
        if (this.#left > 0 || this.isWhole) return;
      }
      const end = this.#rest.indexOf('\n');
      if (end === -1 && this.#rest.length <= mostSizeLine) return;
      const line = this.#rest.toString('latin1', 0, Math.max(0, end)).replace(/\r$/, '');
      const size = end > mostSizeLine || end === -1 ? null : sizeLine.exec(line);
      if (size === null) throw new Fault('GARBLED', 'the page comes in chunks that have no size');
      this.#rest = this.#rest.subarray(end + 1);
      const length = Number.parseInt(size[1]!, 16);
      if (length === 0) this.isWhole = true;
      else this.#left = length + 2;
    }
  }

  #add(bytes: Buffer): void {
    const room = mostAnswerBytes - this.page.length;
    if (bytes.length > 0 && room > 0) this.page = Buffer.concat([this.page, bytes.subarray(0, room)]);
  }
}

function headOf(text: string): Head {
  const [first = '', ...lines] = text.split(/\r?\n/);
  const status = Number(statusLine.exec(first)?.[1]);
  if (Number.isNaN(status)) throw new Fault('GARBLED', 'the first line of the answer tells no status');
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, name = '', value = ''] = field.exec(line) ?? [];
    if (name === '' || /[\0\r]/.test(value))
      throw new Fault('GARBLED', 'the head of the answer holds a line that is none');
    fields.set(name.toLowerCase(), value.trim());
  }
  return { status, location: fields.get('location'), length: lengthOf(status, fields) };
}

function lengthOf(status: number, fields: ReadonlyMap<string, string>): Head['length'] {
  if (status < 200 || status === 204 || status === 304) return 0;
  const coding = fields.get('transfer-encoding');
  if (coding !== undefined) return /(^|,)[ \t]*chunked$/i.test(coding) ? 'chunked' : 'close';
  const length = fields.get('content-length');
  if (length === undefined) return 'close';
  if (!/^\d{1,15}$/.test(length)) throw new Fault('GARBLED', 'the length of the page is no number');
  return Number(length);
}
