import { readFileSync, writeFileSync } from 'node:fs';
import { PAGE, testedOn } from './page.ts';
import { matrixDocument } from './document.ts';
import { columns } from './columns.ts';

// `npm run sdk-matrix`: runs the contract for every column and writes docs/sdk-matrix.md. Without a change the day stays.
const measured = await columns();
const before = readFileSync(PAGE, { encoding: 'utf8', flag: 'a+' });
if (before !== matrixDocument(measured, testedOn(before))) {
  writeFileSync(PAGE, matrixDocument(measured, new Date().toISOString().slice(0, 10)));
}
