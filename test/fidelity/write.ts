import { writeFileSync } from 'node:fs';
import { fidelityDocument } from './document.ts';
import { describeDifference, isEqual } from './report.ts';
import { runFidelity } from './run.ts';

// `npm run fidelity [-- --sockets] [group …]`: prints every difference; without arguments it also writes docs/fidelity.md.
const given = process.argv.slice(2);
const groups = given.filter((argument) => argument !== '--sockets');
const transport = given.includes('--sockets') ? 'sockets' : 'memory';
const played = await runFidelity(groups.length > 0 ? groups : undefined, transport);
for (const step of played) if (!isEqual(step)) console.log(`${describeDifference(step)}\n`);
console.log(`${played.filter(isEqual).length} of ${played.length} steps are equal`);
if (given.length === 0) {
  writeFileSync(new URL('../../docs/fidelity.md', import.meta.url), fidelityDocument(played));
}
