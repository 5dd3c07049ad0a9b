import { expect, test } from 'vitest';
import { DriverBroken } from '../../src/contract/driver.ts';
import type { Operation } from '../../src/contract/protocol.ts';
import { runContract } from '../../src/contract/run.ts';
import { StdioDriver } from '../../src/contract/stdio-driver.ts';
import { small } from './small.ts';

const script = (code: string) => [process.execPath, '-e', code];
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
  ['silent', loop(''), /could not be constructed: no answer within 500 ms/],
  ['silent from the start', 'setInterval(()=>{},1e6)', /did not answer "hello" within 2000 ms/],
])('a driver that is %s is broken', async (_name, code, message) => {
  const command = script(code);
  const limits = { hello: 2_000, message: 500, smoke: 500, arrival: 500 };
  const error = await runContract({ command }, { limits }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DriverBroken);
  expect((error as Error).message).toMatch(message);
});

const event = (traceId: string): Operation => ({
  op: 'event',
  client: 'c1',
  traceId,
  method: 'userMessage',
  args: {},
  options: {},
});

/** A driver process that answers events as `code` says; `say` writes a reply to the message of that trace. */
async function driver(code: string): Promise<StdioDriver> {
  const prelude = `const seqs={};const say=(trace,more)=>process.stdout.write(JSON.stringify({seq:seqs[trace],ok:true,...more})+'\\n');`;
  const driver = new StdioDriver(script(prelude + loop(`seqs[m.traceId]=m.seq;${code}`)));
  await driver.send({ op: 'hello', protocol: 1 }, 20_000);
  return driver;
}

test('replies may come in any order', async () => {
  const shuffled = await driver("if(m.traceId==='b'){say('b',{value:2});say('a',{value:1})}");
  const replies = await Promise.all([shuffled.send(event('a'), 20_000), shuffled.send(event('b'), 20_000)]);
  expect(replies).toMatchObject([{ value: 1 }, { value: 2 }]);
  await shuffled.exit(20_000);
});

test('requirements are judged rightly by replies out of order', async () => {
  const command = small('shuffles');
  const { summary } = await runContract({ command }, { only: ['register-once'] });
  expect(summary).toMatchObject({ passed: 1, failed: 0 });
});

test('only a line feed ends a line', async () => {
  const text = 'one\u2028two\u2029three\u0085four\rfive';
  const quoting = await driver(`say('a',{value:${JSON.stringify(text)}})`);
  expect(await quoting.send(event('a'), 20_000)).toMatchObject({ value: text });
  await quoting.exit(20_000);
});

test('a line may come in pieces, end in CRLF, or be blank', async () => {
  const halting = await driver(
    `const l=JSON.stringify({seq:m.seq,ok:true,value:'\u{1f600}'});process.stdout.write('\\n'+l.slice(0,9));setImmediate(()=>process.stdout.write(l.slice(9)+'\\r\\n'))`,
  );
  expect(await halting.send(event('a'), 20_000)).toMatchObject({ value: '\u{1f600}' });
  await halting.exit(20_000);
});

test('a reply after its time is no babble', async () => {
  const late = await driver("if(m.traceId==='b'){say('a');say('b',{value:2})}");
  expect(await late.send(event('a'), 50)).toEqual({ timedOutAfterMs: 50 });
  expect(await late.send(event('b'), 20_000)).toMatchObject({ value: 2 });
  await late.exit(20_000);
});

test.each([
  ['is no object', '7', /is not a JSON object/],
  ['has no seq', '{"ok":true}', /has no integer "seq"/],
  ['says nothing', `{"seq":2}`, /has neither "ok": true, "ok": false nor "unsupported": true/],
  ['answers nobody', '{"seq":99,"ok":true}', /answers seq 99, which is not open/],
])('a reply that %s breaks the driver, for good', async (_name, line, message) => {
  const odd = await driver(`process.stdout.write(${JSON.stringify(line)}+'\\n')`);
  await expect(odd.send(event('a'), 20_000)).rejects.toThrow(message);
  await expect(odd.send(event('b'), 20_000)).rejects.toThrow(DriverBroken);
  await odd.exit(20_000);
});

test('a driver that will not go is ended', async () => {
  const staying = new StdioDriver(script('process.stdin.resume();setInterval(()=>{},1e6)'));
  expect(await staying.exit(50)).toBe(false);
});
