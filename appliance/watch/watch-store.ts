/** What the watch asks of the store. */
import type { StoreClient } from '../store/client/client.ts';

export type WatchStore = Pick<
  StoreClient,
  | 'changes'
  | 'machines'
  | 'health'
  | 'latest'
  | 'exportPage'
  | 'range'
  | 'journalPage'
  | 'records'
  | 'recordPage'
  | 'versioned'
  | 'writeRecords'
  | 'note'
>;
