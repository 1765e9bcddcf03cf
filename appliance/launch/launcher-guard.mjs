// Loaded before pm2, or an agent in the foreground, into its process: asks it to stop when the launcher has gone, however it went.
const stop = () => process.kill(process.pid, 'SIGTERM');
process.stdin.on('end', stop);
process.stdin.on('error', stop);
process.stdin.resume();
process.stdin.unref?.();
// Its words have nobody left to read them then; the first one that fails must not end it in the midst of stopping.
for (const words of [process.stdout, process.stderr]) words.on('error', () => undefined);
