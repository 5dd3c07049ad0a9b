import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// The least a server can do with an event: read it, parse it, keep it, answer.
const kept: unknown[] = [];
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    kept.push(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    response.writeHead(202, { 'content-type': 'application/json' });
    response.end('{"success":true,"accepted":true,"queuedCount":1}');
  });
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/events/ingest` });
});
