/** What was found of acknowledged things, and a few words about the first of it. */

const mostNotes = 20;

export class Tally {
  lost = 0;
  wrong = 0;
  doubled = 0;
  /** So many samples and records were looked at: a run with nothing at stake is noticed. */
  compared = 0;
  readonly notes: string[] = [];

  note(text: string): void {
    if (this.notes.length < mostNotes) this.notes.push(text);
  }
}
