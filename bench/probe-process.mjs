// One of probes/ in a process of its own. Started with its file and the server's URL; the message says how much of it.
const [file, url] = process.argv.slice(2);
const { measure } = await import(new URL(file, import.meta.url));

process.on('message', async (amount) => {
  process.send([...(await measure({ url, ...amount }))]);
});
process.on('disconnect', () => {
  process.exit();
});
process.send('ready');
