// One contestant in a process of its own, so that none pays for another's garbage or spoils another's machine code.
// Started by start-contestants.mjs with its file and the server's URL; each message is a slot to run.
import { load } from './contestants.mjs';
import { callMany, cpuOf } from './measure.mjs';

const [file, url] = process.argv.slice(2);
const { name, open } = await load(file);
const client = await open(url);
const body = await client.call();
if (body?.name !== 'Bench Merchant') throw new Error(`${name} did not give the parsed body.`);

process.on('message', async ({ calls, inFlight }) => {
  // Connections first: those of the last slot may have been closed.
  await callMany(client.call, 2 * inFlight, inFlight);
  // No garbage is collected before: that drops machine code as well, which a server at work keeps.
  const cpu = await cpuOf(() => callMany(client.call, calls, inFlight));
  process.send(cpu / calls);
});
process.on('disconnect', async () => {
  await client.close();
  process.exit();
});
process.send(name);
