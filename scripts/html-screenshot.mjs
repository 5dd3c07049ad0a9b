import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/**
 * Opens the HTML report of a recording in headless Chromium: `node scripts/html-screenshot.mjs FILE [CHROMIUM]`.
 * Leaves `reports/report.html` and `reports/report.png` to look at; fails when Chromium did not run, when the script of
 * the page did not, or when a finding is missing.
 */
const [file, chromium = 'chromium'] = process.argv.slice(2);
if (!file)
  throw new Error('Name a recording with findings: node scripts/html-screenshot.mjs FILE [CHROMIUM]');
mkdirSync('reports', { recursive: true });
const check = (...args) => {
  try {
    return execFileSync(process.execPath, ['dist/cli/main.js', 'check', file, ...args], { encoding: 'utf8' });
  } catch (error) {
    // 1: findings, which is what is wanted here.
    if (error.status === 1) return error.stdout;
    throw error;
  }
};
const { findings } = JSON.parse(check('--format', 'json'));
writeFileSync('reports/report.html', check('--format', 'html'));
const page = pathToFileURL('reports/report.html').href;
const browse = (...args) =>
  execFileSync(chromium, ['--headless', '--no-sandbox', '--disable-gpu', ...args, page], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout: 60_000,
  });
browse('--screenshot=reports/report.png', '--window-size=1250,1100');
const shown = browse('--dump-dom');
if (!/<p class="search">/.test(shown)) throw new Error('The script of the report did not run.');
const blocks = shown.match(/<div class="finding /g)?.length ?? 0;
if (findings.length === 0 || blocks !== findings.length)
  throw new Error(`${findings.length} findings, but the page shows ${blocks}.`);
if (readFileSync('reports/report.png').length < 10_000) throw new Error('The screenshot is empty.');
console.log(`${blocks} findings shown; look at reports/report.png`);
