/** A machine that looks for the devices around it and prints each piece of news as a line. Ends with its standard input. */
import { Files } from '../../../agent/files.ts';
import { Neighbourhood } from '../../../agent/neighbours/neighbourhood.ts';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { createLog } from '../../../appliance/runtime/log.ts';

const log = createLog({
  name: 'looker',
  level: 'debug',
  write: (line) => void process.stderr.write(`${line}\n`),
});
const neighbourhood = new Neighbourhood({
  ...{ proc: new Files('/proc'), clock: systemClock, log },
  runMs: () => Math.round(performance.now()),
  hosts: () => process.argv.slice(2),
});
neighbourhood.start();
neighbourhood.search(7);
let told = { revision: 0, searched: undefined as number | undefined };
const timer = setInterval(() => {
  const news = neighbourhood.newsSince(told.revision, told.searched);
  if (news === undefined) return;
  told = { revision: news.revision, searched: news.body.searched ?? told.searched };
  process.stdout.write(`${JSON.stringify(news.body)}\n`);
}, 100);
process.stdin.resume().on('end', () => {
  clearInterval(timer);
  void neighbourhood.stop();
});
