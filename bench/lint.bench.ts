/**
 * What the ESLint plugin costs, beside two core rules on the same files in the same runs, and how its time grows with
 * the spans of one function. Exits with 1 when a budget is exceeded.
 */
import { costOver, manySpans, ordinaryCode, peers, sources, type Cost } from './lint/measure.ts';

/** Ratios to the cheaper peer on files that have nothing to do with WhyOps, and on ordinary files that use it. */
const budget = { foreign: 0.5, sdk: 2 };
/**
 * 16 times the spans should take 16 times the time; a quadratic rule needs 256. A bare walk over the syntax tree takes up
 * to twice the time a node where the tree has outgrown the caches, so that much is allowed.
 */
const largestGrowth = 32;

const foreign = [
  ...(await sources('node_modules/ai/src', 120)),
  ...(await sources('node_modules/openai/src', 80)),
];
const agents = await sources('fixtures/code', Infinity, (name) => name.startsWith('valid-'));
// What an application looks like: an agent in a file with other code. Every foreign file is taken, none is chosen.
const applications = foreign.map((code, index) => `${agents[index % agents.length]!}\n${ordinaryCode(code)}`);

// As small as they get.
const small = agents
  .slice(0, 12)
  .map((code, index) => `${code}\n${ordinaryCode(foreign[(index * 7) % foreign.length]!)}`);

// Our rules run once a file, so it takes thousands of files until they are compiled.
const fewFiles = 300;
const manyFiles = 60;

const results: [name: string, cost: Cost, limit: number][] = [
  ['foreign files', costOver(foreign, 5), budget.foreign],
  ['SDK files', costOver(applications, manyFiles), budget.sdk],
  // For the record: the less there is beside the agent, the less the peers have to do.
  ['small SDK files', costOver(small, fewFiles), Infinity],
  ['agents alone', costOver(agents, fewFiles), Infinity],
];

console.log('lint: all rules of `strict` together, ms a file');
for (const [name, cost, limit] of results) {
  const beside = peers.map((id) => `${id} ${cost.peers[id].toFixed(4)}`).join('  ');
  const verdict = cost.ratio <= limit ? 'ok' : 'TOO SLOW';
  console.log(
    `  ${name.padEnd(15)} ${cost.ours.toFixed(4)}   ${beside}   ratio ${cost.ratio.toFixed(2)} (at most ${limit}) ${verdict}`,
  );
}

let tooSlow = results.some(([, cost, limit]) => cost.ratio > limit);

for (const kept of ['in constants', 'in variables'] as const) {
  console.log(`lint: one function with many spans ${kept}, ms`);
  const growth = [25, 50, 100, 200, 400].map((count): [number, Cost] => [
    count,
    costOver([manySpans(count, kept)], 30),
  ]);
  for (const [count, cost] of growth) {
    console.log(
      `  ${String(count).padStart(4)} spans     ${cost.ours.toFixed(2).padStart(7)}   ${((1000 * cost.ours) / count).toFixed(1)} µs a span`,
    );
  }
  const [, smallest] = growth[0]!;
  const [, largest] = growth.at(-1)!;
  const factor = largest.ours / smallest.ours;
  const peerFactor = Math.min(...peers.map((id) => largest.peers[id] / smallest.peers[id]));
  tooSlow ||= factor > largestGrowth;
  console.log(
    `  25 -> 400: ${factor.toFixed(1)} times the time for 16 times the spans (at most ${largestGrowth}; peers: ${peerFactor.toFixed(1)} and more)`,
  );
}

if (tooSlow) process.exitCode = 1;
