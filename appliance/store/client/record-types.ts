/** Records of other daemons. */

/** The version is made from the value: equal values have equal versions. */
export type StoreRecord = { key: string; value: unknown; version: string };

export type RecordQuery = {
  prefix?: string | undefined;
  /** Only keys behind this one: the cursor of a page. */
  after?: string | undefined;
  limit?: number | undefined;
};

/** `more` is the cursor of the next page, null on the last one. */
export type RecordPage = { records: StoreRecord[]; more: string | null };

/** Without a value the record is deleted. `ifVersion` is what must stand there now, null for nothing. */
export type RecordWrite = {
  namespace: string;
  key: string;
  ifVersion?: string | null | undefined;
} & ({ value: unknown } | { delete: true });
