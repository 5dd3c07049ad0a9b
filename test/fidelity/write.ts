import { writeFileSync } from 'node:fs';
import { fidelityDocument } from './document.ts';
import { describeDifference, isEqual } from './report.ts';
import { runFidelity } from './run.ts';

// `npm run fidelity [group …]`: prints every difference; without groups it also writes docs/fidelity.md.
const groups = process.argv.slice(2);
const played = await runFidelity(groups.length > 0 ? groups : undefined);
for (const step of played) if (!isEqual(step)) console.log(`${describeDifference(step)}\n`);
console.log(`${played.filter(isEqual).length} of ${played.length} steps are equal`);
if (groups.length === 0) {
  writeFileSync(new URL('../../docs/fidelity.md', import.meta.url), fidelityDocument(played));
}
