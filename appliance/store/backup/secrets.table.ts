/**
 * What an open backup may hold of records and settings. Records of namespaces that are not listed are taken for secrets
 * (users, sessions, tokens); a settings section that holds one is listed here by its name.
 */
export const openNamespaces: readonly string[] = ['ingest.boots', 'watch.incidents', 'watch.deliveries'];
export const secretSections: readonly string[] = ['mail', 'notifiers'];
