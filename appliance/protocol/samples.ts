/** The samples message: ticks as a chain that runs through a whole connection. README.md draws the bytes. */
import { ByteReader, ByteWriter } from './bytes.ts';
import { encodeFrame } from './frame.ts';
import { limits } from './limits.ts';
import { Malformed } from './malformed.ts';
import { messageTypes } from './messages.ts';
import { type Tick, TickDecoder, TickEncoder } from './ticks.ts';

/** `run` is absent for ticks of the run that said hello. */
export type Samples = { run?: string; ticks: Tick[] };

const freshChain = 1;
const otherRun = 2;

/** One for each connection. A chain starts afresh whenever the run changes. */
export class SamplesEncoder {
  readonly #encoder = new TickEncoder();
  readonly #out = new ByteWriter(1024);
  #run: string | undefined;
  #fresh = true;

  /** A whole frame. All ticks of one message belong to one run and have the dictionary's full width. */
  encode(samples: Samples): Uint8Array {
    const { run, ticks } = samples;
    if (run !== this.#run) {
      this.#run = run;
      this.#fresh = true;
    }
    const out = this.#out;
    out.clear();
    if (this.#fresh) this.#encoder.reset();
    out.byte((this.#fresh ? freshChain : 0) | (run === undefined ? 0 : otherRun));
    if (run !== undefined) out.bytes(Buffer.from(run, 'hex'));
    out.varint(ticks.length);
    for (const tick of ticks) this.#encoder.encode(out, tick);
    this.#fresh = false;
    return encodeFrame(messageTypes.samples, out.view());
  }
}

/** One for each connection; `width` is the length of the dictionary as agreed so far. */
export class SamplesDecoder {
  readonly #decoder = new TickDecoder();
  #run: string | undefined;
  #started = false;

  decode(body: Uint8Array, width: number): Samples {
    const input = new ByteReader(body);
    const flags = input.byte();
    if (flags > (freshChain | otherRun))
      throw new Malformed('OUT_OF_RANGE', 'flags', `${flags} has unknown bits`);
    const run = flags & otherRun ? Buffer.from(input.bytes(16)).toString('hex') : undefined;
    if (flags & freshChain) {
      this.#decoder.reset();
    } else if (!this.#started || run !== this.#run) {
      throw new Malformed('BROKEN_CHAIN', 'flags', 'the first ticks of a run must start a chain');
    }
    this.#run = run;
    this.#started = true;
    const count = input.varint();
    if (count === 0 || count > limits.ticksPerMessage) {
      throw new Malformed(
        'OUT_OF_RANGE',
        'count',
        `${count} ticks are not between 1 and ${limits.ticksPerMessage}`,
      );
    }
    const ticks: Tick[] = [];
    for (let index = 0; index < count; index++) ticks.push(this.#decoder.decode(input, width));
    input.end();
    return run === undefined ? { ticks } : { run, ticks };
  }
}
