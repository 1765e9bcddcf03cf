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

export class Malformed extends Error {
  override readonly name = 'Malformed';
  readonly code: MalformedCode;
  /** Where in the message, as in `series[3].name`; empty for the message itself. */
  readonly path: string;

  constructor(code: MalformedCode, path: string, message: string) {
    super(path === '' ? message : `${path}: ${message}`);
    this.code = code;
    this.path = path;
  }
}
