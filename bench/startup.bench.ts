/** Create, listen and close: what every test pays. Beside a bare `node:http` server that does the same twice. */
import { createServer } from 'node:http';
import { Bench } from 'tinybench';
import { createFakeWhyOps } from '../src/index.ts';

async function bareServer(): Promise<void> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await new Promise((resolve) => server.close(resolve));
}

const bench = new Bench({ time: 2000, warmupTime: 500 })
  .add('fake', async () => {
    const whyops = createFakeWhyOps();
    await whyops.listen();
    await whyops.close();
  })
  .add('node:http', () => Promise.all([bareServer(), bareServer()]));
await bench.run();

const [fake, bare] = bench.tasks.map((task) => (task.result as { latency: { p50: number } }).latency.p50);
console.log(`startup: create + listen + close, median`);
console.log(
  `  fake       ${fake?.toFixed(3)} ms   ${((fake ?? NaN) / (bare ?? NaN)).toFixed(2)} of node:http`,
);
console.log(`  node:http  ${bare?.toFixed(3)} ms   (two servers, as the fake has two)`);
