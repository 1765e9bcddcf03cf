/** Where the lists of services stand in the store: key is the machine's number, value a `ServiceList`. web and watch may read and follow them. */
export const serviceRecords = 'ingest.services';
