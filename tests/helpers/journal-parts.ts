/** The journal over a database of its own, which a test may also change behind its back. */
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createLog } from '../../appliance/runtime/log.ts';
import { createChangeHub } from '../../appliance/store/changes.ts';
import {
  creationOptions,
  type Database,
  databaseAt,
  openOptions,
} from '../../appliance/store/database/database.ts';
import { createJournal, type Journal } from '../../appliance/store/journal/journal.ts';
import { createRecordWriter, type RecordWriter } from '../../appliance/store/records/writer.ts';
import { FakeClock } from './clock.ts';
import { temporaryFolder } from './folder.ts';

export class TestJournal {
  readonly clock = new FakeClock();
  readonly folder: string;
  readonly failures: unknown[] = [];
  readonly database: Database;
  trusted = true;
  journal!: Journal;
  writer!: RecordWriter;

  private constructor(folder: string) {
    this.folder = folder;
    this.database = databaseAt(join(folder, 'db'));
  }

  static async open(t: TestContext): Promise<TestJournal> {
    const test = new TestJournal(temporaryFolder(t));
    await test.database.open(creationOptions);
    await test.begin();
    t.after(async () => {
      await test.journal.close();
      await test.database.close();
    });
    return test;
  }

  async begin(): Promise<void> {
    const { database, clock } = this;
    this.writer = createRecordWriter(database, (error) => this.failures.push(error));
    this.journal = createJournal({
      ...{
        database,
        clock,
        writer: this.writer,
        changes: createChangeHub(),
        clockTrusted: () => this.trusted,
      },
      log: createLog({ name: 'store', level: 'error', write: () => undefined }),
    });
    await this.journal.load();
  }

  /** As another process would find it; `meanwhile` happens when nobody has it open. */
  async restart(meanwhile: (database: Database) => Promise<void> = async () => undefined): Promise<void> {
    await this.journal.close();
    await this.writer.settled();
    await this.database.close();
    await this.database.open(openOptions);
    await meanwhile(this.database);
    await this.begin();
  }
}
