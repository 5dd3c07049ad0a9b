import { readFile } from 'node:fs/promises';

/**
 * Adds up the runners' reports and prints the closing line. Exits 1 when something failed, when a step failed, or when
 * a report says that no test ran.
 *
 * Usage: node scripts/tally.mjs FAILED_STEPS REPORT.json…
 */
const [failedSteps, ...files] = process.argv.slice(2);
let passed = 0;
let failed = Number(failedSteps);
for (const file of files) {
  const report = await readFile(file, 'utf8').then(JSON.parse, () => null);
  const ran = report ? report.numPassedTests + report.numFailedTests : 0;
  if (!ran) {
    console.log(`${file}: no test ran`);
    failed += 1;
    continue;
  }
  // A file that cannot be loaded fails as a suite without a failed test.
  const brokenFiles = report.numFailedTests === 0 && !report.success ? 1 : 0;
  passed += report.numPassedTests;
  failed += report.numFailedTests + brokenFiles;
}
if (files.length === 0) failed += 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
