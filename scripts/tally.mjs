import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';

/**
 * Adds up the runners' reports and prints the closing line. Exits 1 when something failed, when a step failed, or when
 * a report says that no test ran.
 *
 * Usage: node scripts/tally.mjs FAILED_STEPS REPORT…
 * A report is Vitest's JSON (`.json`) or what `whyops-testkit contract` printed (`.txt`).
 */
const [failedSteps, ...files] = process.argv.slice(2);

/** As much of a message as tells a seed, a witness and the line of the test. */
const MESSAGE_LENGTH = 4000;

/** Vitest's JSON report. A file that cannot be loaded fails as a suite without a failed test. */
function vitest(text) {
  const { numPassedTests, numFailedTests, success, testResults } = JSON.parse(text);
  const cases = testResults.flatMap(({ assertionResults }) => assertionResults);
  // Once more at the end: logs are often kept from their end only, and a failure with a fresh seed has to stay known.
  for (const { name, message, assertionResults } of testResults) {
    if (message) console.log(`FAILED: ${relative('.', name)}\n${message.slice(0, MESSAGE_LENGTH)}`);
    for (const { status, fullName, failureMessages } of assertionResults)
      if (status === 'failed')
        console.log(
          `FAILED: ${relative('.', name)}: ${fullName}\n${failureMessages.join('\n').slice(0, MESSAGE_LENGTH)}`,
        );
  }
  // Left out where this machine lacks something (a browser, a database): told, so that it does not pass for passed.
  for (const { status, fullName } of cases)
    if (status !== 'passed' && status !== 'failed') console.log(`NOT RUN: ${fullName}`);
  return { passed: numPassedTests, failed: numFailedTests + (numFailedTests === 0 && !success ? 1 : 0) };
}

/** The closing line of each contract run. A known defect that failed as expected is a check that passed. */
function contract(text) {
  // The version in the first line says it, for instance of a module that the module proxy does not serve.
  const [subject = ''] = text.split('\n');
  if (subject.includes('stand-in')) console.log(`NOT RUN against what is published: ${subject}`);
  const runs = [...text.matchAll(/^(\d+) passed, (\d+) failed, (\d+) failed .*?, (\d+) expected failures/gm)];
  const sum = (column) => runs.reduce((total, run) => total + Number(run[column]), 0);
  return { passed: sum(1) + sum(4), failed: sum(2) };
}

let passed = 0;
let failed = Number(failedSteps);
for (const file of files) {
  let counted = { passed: 0, failed: 0 };
  try {
    const text = await readFile(file, 'utf8');
    counted = file.endsWith('.json') ? vitest(text) : contract(text);
  } catch (error) {
    console.log(`${file}: ${error.message}`);
  }
  if (counted.passed + counted.failed === 0) {
    console.log(`${file}: nothing ran`);
    failed += 1;
  }
  passed += counted.passed;
  failed += counted.failed;
}
if (files.length === 0) failed += 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
