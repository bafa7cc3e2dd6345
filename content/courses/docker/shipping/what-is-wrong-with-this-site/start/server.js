// Hook Point Light: the pages in public/, and one number that Redis keeps.
const express = require('express');
const { createClient } = require('redis');

const port = process.env.PORT || 3000;
const url = process.env.REDIS_URL || 'redis://localhost:6379';

const store = createClient({ url, disableOfflineQueue: true });

let trouble;
store.on('error', (error) => {
  if (error.message !== trouble) console.error(`${url}: ${error.message}`);
  trouble = error.message;
});
store.on('ready', async () => {
  trouble = undefined;
  const visits = await store.get('visits');
  console.log(`${url}: ${visits ? `counting on from ${visits}` : 'nothing counted yet'}`);
});
store.connect();

const app = express();
app.use(express.static('public'));
app.get('/visits', async (req, res) => {
  if (!store.isReady) return res.status(503).send('The counter is away.\n');
  res.send(`You are visitor ${await store.incr('visits')}.\n`);
});
const server = app.listen(port, '127.0.0.1', () => {
  const { address, port } = server.address();
  console.log(`listening on ${address}:${port}`);
});

// Process 1 of a container gets no default for this signal.
process.on('SIGTERM', () => process.exit(0));
