import { expect, test } from 'vitest';
import { DriverBroken } from '../../src/contract/driver.ts';
import { runContract } from '../../src/contract/run.ts';

const script = (code: string) => ({ command: [process.execPath, '-e', code] });
const HELLO = `process.stdout.write(JSON.stringify({seq:m.seq,ok:true,sdk:'s',version:'1',language:'js',capabilities:['events']})+'\\n')`;
const loop = (other: string) =>
  `require('readline').createInterface({input:process.stdin}).on('line',(l)=>{const m=JSON.parse(l);if(m.op==='hello')${HELLO};else if(m.op==='exit')process.exit(0);else {${other}}})`;

test.each([
  ['dead', 'console.error("no such module"); process.exit(3)', /ended with code 3[^]*no such module/],
  ['babbling', 'console.log("Listening…"); setInterval(()=>{},1e6)', /is not JSON[^]*Listening…/],
  [
    'answering without sending',
    loop("process.stdout.write(JSON.stringify({seq:m.seq,ok:true})+'\\n')"),
    /no request arrived/,
  ],
  ['silent', loop(''), /could not be constructed|no request arrived/],
])('a driver that is %s is broken', async (_name, code, message) => {
  const run = runContract(script(code), { limits: { hello: 5_000, message: 500, smoke: 500, arrival: 500 } });
  const error = await run.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DriverBroken);
  expect((error as Error).message).toMatch(message);
});
