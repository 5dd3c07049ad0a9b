import { readFileSync, writeFileSync } from 'node:fs';

// Puts the score of the last `npm run mutation` into docs/mutation.md: a row a file, with the date of the run.
const root = new URL('../', import.meta.url);
const { files } = JSON.parse(readFileSync(new URL('reports/mutation/mutation.json', root), 'utf8'));
const PAGE = new URL('docs/mutation.md', root);

const KILLED = new Set(['Killed', 'Timeout']);
const ALIVE = new Set(['Survived', 'NoCoverage']);
const rows = Object.entries(files).map(([path, { mutants }]) => ({
  name: path.replace(/^.*\//, ''),
  killed: mutants.filter(({ status }) => KILLED.has(status)).length,
  alive: mutants.filter(({ status }) => ALIVE.has(status)).length,
}));
const sum = (member) => rows.reduce((total, row) => total + row[member], 0);
const line = ({ name, killed, alive }) =>
  `| ${name} | ${killed} | ${alive} | ${killed + alive === 0 ? '–' : ((100 * killed) / (killed + alive)).toFixed(1)} |`;

const table = [
  `\`npm run mutation\` on ${new Date().toISOString().slice(0, 10)}:`,
  '',
  '| file | killed | alive | % |',
  '| --- | --: | --: | --: |',
  ...rows.sort((a, b) => a.name.localeCompare(b.name)).map(line),
  line({ name: '**all**', killed: sum('killed'), alive: sum('alive') }),
].join('\n');
const page = readFileSync(PAGE, 'utf8');
writeFileSync(
  PAGE,
  page.replace(/<!-- score -->[^]*<!-- \/score -->/, `<!-- score -->\n\n${table}\n\n<!-- /score -->`),
);
