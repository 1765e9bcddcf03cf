/** What the box's own screens may ask of web: where its page is, and the code of the first sign-in. */
import type { Timer } from '../../runtime/clock.ts';

export type WebAddress = {
  /** Addresses under which browsers of this network reach the page, best first. */
  urls: string[];
  /** SHA-256 of the page key's SPKI, 64 hex characters: what a person compares with the browser's warning. */
  fingerprint: string;
  /** SHA-256 of the certificate itself, which is what browsers show; 64 hex characters. */
  certificateFingerprint: string;
  /** The first-sign-in code, like '7QK-4MD'; null once a password is set. */
  code: string | null;
  /** The recovery code, for the five minutes after the button was held; null otherwise. */
  recovery: string | null;
};

export type WebChanges = {
  /** Called with the whole address at once and after every change. */
  onChange(address: WebAddress): void;
  onUp?(): void;
  onDown?(): void;
};

export interface WebClient {
  address(): Promise<WebAddress>;
  /** The addresses of the page alone, best first. */
  page(): Promise<string[]>;
  changes(on: WebChanges): Timer;
  /** The button at the box was held for ten seconds: shows a recovery code. */
  recover(): Promise<void>;
  /** What was let in and refused since web started; numbers that only grow. */
  counters(): Promise<Record<string, number>>;
  close(): void;
}
