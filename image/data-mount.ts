/**
 * How the card's data is mounted (ext4). Reading writes nothing, and the times of files that are written in place are kept in
 * RAM: else every second commit of the store would go through the file system's journal for a date that nobody reads.
 */
export const dataMountOptions = 'noatime,lazytime';
