/** Listens on the socket given, then dies as by a power cut: the file stays, nobody answers. */
import { createServer } from 'node:net';

createServer().listen(process.argv[2], () => process.kill(process.pid, 'SIGKILL'));
