/** The one error of this folder: what came from outside does not fit, and where. */
export type MalformedCode =
  | 'NOT_JSON'
  | 'NOT_UTF8'
  | 'WRONG_TYPE'
  | 'MISSING'
  | 'OUT_OF_RANGE'
  | 'TOO_LONG'
  | 'BAD_TEXT'
  | 'TRUNCATED'
  | 'TRAILING_BYTES'
  | 'FRAME_TOO_LARGE'
  | 'UNKNOWN_MESSAGE'
  | 'BROKEN_CHAIN';

/** A sentence for people, in the languages that they read. */
export type Said = { readonly en: string; readonly fr: string };

export class Malformed extends Error {
  override readonly name = 'Malformed';
  readonly code: MalformedCode;
  /** Where in the message, as in `series[3].name`; empty for the message itself. */
  readonly path: string;
  /** Of what a person may have typed: without the path, in both languages. */
  readonly said: Said | undefined;

  constructor(code: MalformedCode, path: string, message: string | Said) {
    const english = typeof message === 'string' ? message : message.en;
    super(path === '' ? english : `${path}: ${english}`);
    this.code = code;
    this.path = path;
    this.said = typeof message === 'string' ? undefined : message;
  }
}
