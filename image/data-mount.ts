/**
 * How the card's data is mounted (ext4). Reading writes nothing. What is not synced may wait for five minutes, as journald lets
 * its own wait: the date of a file that is written in place would else go through the file system's journal five seconds
 * after each commit of the store, half as many bytes as the samples. `lazytime` alone keeps it in RAM no longer: since ext4
 * counts the versions of its files, each write changes one (seen with Linux 6.18). Nothing that was promised depends on
 * it, because that is synced.
 */
export const dataMountOptions = 'noatime,lazytime,commit=300';
