import type { Suite } from '../harness/marked.ts';

const open = `const span = await trace.toolCallRequest('search', calls);`;
const close = `trace.toolCallResponse('search', span, calls, results)`;

const request = `trace.toolCallRequest('search', calls)`;
const rounds: [name: string, loop: string][] = [
  ['while', `while (input.next())`],
  ['for', `for (let at = 0; at < input; at++)`],
  ['for without a test', `for (; input; )`],
  ['for-of', `for (const each of input)`],
  ['for-in', `for (const each in input)`],
];

/** Code in which the response may be left out, so that a second one behind it may be the first. */
const skipped: [name: string, body: string][] = [
  ['an if', `if (input) await ${close};`],
  ['an else', `if (input) await work(); else await ${close};`],
  ['&&', `input && (await ${close});`],
  ['||', `input || (await ${close});`],
  ['??', `input ?? (await ${close});`],
  ['a conditional', `input ? await ${close} : null;`],
  ['??=', `let sent; sent ??= await ${close};`],
  ['||=', `input.sent ||= await ${close};`],
  ['&&=', `let sent = 1; sent &&= await ${close};`],
  ['an optional member', `input?.[await ${close}];`],
  ['an optional call', `input?.(await ${close});`],
  ['a default in an object pattern', `const { sent = await ${close} } = input;`],
  ['a default in an array pattern', `const [sent = await ${close}] = input;`],
  ['a default in an assignment pattern', `let sent; ({ sent = await ${close} } = input);`],
  ['a while loop', `while (input.next()) await ${close};`],
  ['a for loop', `for (let at = 0; at < input; at++) await ${close};`],
  ['the step of a for loop', `for (let at = 0; at < input; await ${close}) at++;`],
  ['the step of a for loop that breaks', `for (; ; await ${close}) break;`],
  ['a for-of loop', `for (const each of input) await ${close};`],
  ['a for-in loop', `for (const each in input) await ${close};`],
  ['a break before it', `for (;;) { if (input) break; await ${close}; break; }`],
  ['a break before it, in a do-while loop', `do { if (input) break; await ${close}; } while (input.next());`],
  ['a continue before it', `do { if (input) continue; await ${close}; } while (input.next());`],
  [
    'a continue before it, with a label',
    `outer: do { for (const each of input) { if (each) continue outer; } await ${close}; } while (input.next());`,
  ],
  [
    'a break before it, with a label',
    `outer: for (;;) { for (const each of input) { if (each) break outer; } await ${close}; break; }`,
  ],
  ['a break out of a block', `done: { if (input) break done; await ${close}; }`],
  [
    'a break out of an if',
    `done: if (input) { if (input.done) break done; await ${close}; } else { await ${close}; }`,
  ],
  ['a break out of a try', `done: try { if (input) break done; await ${close}; } finally { log(); }`],
  [
    'a break out of a switch',
    `switch (input) { case 1: if (input.done) break; await ${close}; break; default: await ${close}; }`,
  ],
  [
    'a break out of a loop in a switch',
    `switch (input) { default: for (;;) { if (input) break; await ${close}; break; } }`,
  ],
  [
    'a break through finally',
    `for (;;) { try { if (input) break; } finally { log(); } await ${close}; break; }`,
  ],
  [
    'a continue through finally',
    `do { try { if (input) continue; } finally { log(); } await ${close}; } while (input.next());`,
  ],
  [
    'a break through two finally blocks',
    `done: { try { try { if (input) break done; } finally { log(); } } finally { log(); } await ${close}; }`,
  ],
  [
    'a break through three finally blocks',
    `done: { try { try { try { if (input) break done; } finally { log(); } } finally { log(); } } finally { log(); } await ${close}; }`,
  ],
  [
    'one of two breaks through one finally',
    `outer: for (;;) { for (;;) { try { if (input) break; if (input.done) break outer; } finally { log(); } } await ${close}; break; }`,
  ],
  [
    'a continue in a switch',
    `do { switch (input) { case 1: continue; } await ${close}; } while (input.next());`,
  ],
  [
    'the other of two breaks through one finally',
    `outer: for (;;) { for (;;) { try { if (input.done) break outer; if (input) break; } finally { log(); } } await ${close}; break; }`,
  ],
  ['a switch without a default', `switch (input) { case 1: await ${close}; }`],
  ['a switch with an empty default', `switch (input) { default: break; case 1: await ${close}; }`],
  ['the test of a second case', `switch (input) { case 1: break; case await ${close}: break; }`],
  ['an exception of a call', `try { await work(); await ${close}; } catch { log(); }`],
  ['an exception of the response', `try { await ${close}; } catch { log(); }`],
  ['an exception that is thrown', `try { if (input) throw new Error(); await ${close}; } catch { log(); }`],
  ['an exception of a member', `try { input.done; await ${close}; } catch { log(); }`],
  ['an exception of a construction', `try { new Work(); await ${close}; } catch { log(); }`],
  ['an exception of a pattern', `try { const { done } = input; await ${close}; } catch { log(); }`],
  ['an exception of a loop', `try { for (const each of input); await ${close}; } catch { log(); }`],
  ['an exception of a template', `try { input\`\`; await ${close}; } catch { log(); }`],
  ['an exception of a class', `try { class Work extends input {} await ${close}; } catch { log(); }`],
  ['an exception of an import', `try { await import(input); await ${close}; } catch { log(); }`],
  ['an exception of another event', `try { await trace.error('e'); await ${close}; } catch { log(); }`],
  [
    'an exception of a request',
    `try { await trace.toolCallRequest('pay', calls, options); await ${close}; } catch { log(); }`,
  ],
  [
    'an exception of what is awaited',
    `const done = work(); try { await done; await ${close}; } catch { log(); }`,
  ],
  [
    'an exception that an inner finally lets through',
    `try { try { await work(); } finally { log(); } await ${close}; } catch { log(); }`,
  ],
  [
    'an exception that an inner catch throws again',
    `try { try { await work(); } catch (error) { throw error; } await ${close}; } catch { log(); }`,
  ],
  ['no exception', `try { await work(); } catch { await ${close}; }`],
  ['a function that may not be called', `const send = () => ${close}; if (input) await send();`],
  ['a method', `const sender = { send() { return ${close}; } }; if (input) await sender.send();`],
  ['a class that may not be used', `class Sender { sent = ${close}; }`],
  ['code that is never reached', `if (input) { await work(); } else { for (;;) { break; await ${close}; } }`],
  ['code behind a loop without end', `if (input.never) { for (;;); await ${close}; }`],
];

/** Code that may throw, so that what is written behind it may not have been written. */
const mayThrow: [name: string, code: string][] = [
  ['a call', `work();`],
  ['a call of a method', `input.work();`],
  ['a member', `input.done;`],
  ['a computed member', `input[0];`],
  ['a construction', `new Work();`],
  ['a pattern', `const { done } = input;`],
  ['a list pattern', `const [done] = input;`],
  ['an assignment pattern', `({ done: input.a } = input);`],
  ['a for-of loop', `for (const each of input);`],
  ['a for-in loop', `for (const each in input);`],
  ['a tagged template', `input\`\`;`],
  ['a class that extends', `class Work extends input {}`],
  ['a class that extends, in an expression', `log = class extends input {};`],
  ['an import', `import(input);`],
  ['a promise', `await input;`],
  ['several promises', `const [done] = await Promise.all([input]);`],
  ['an event', `void trace.error('e');`],
  ['a request', `void trace.toolCallRequest('pay', calls, options);`],
  ['a spread', `log = [...input];`],
  ['a throw', `if (input) throw 1;`],
  ['something printed', `console.log(1);`],
];

/** Code that leaves nobody without the response. */
const certain: [name: string, body: string][] = [
  ['one of several that are waited for', `await Promise.all([${close}, work()]);`],
  ['the object of an event', `await (await ${close}, trace).error('e');`],
  ['a do-while loop', `do { await ${close}; } while (input.next());`],
  ['a for loop without a test', `for (;;) { await ${close}; break; }`],
  ['a while loop without end', `while (true) { await ${close}; if (input) break; }`],
  ['both branches', `if (input) await ${close}; else await ${close};`],
  ['both arms', `input ? await ${close} : await ${close};`],
  ['a branch that throws', `if (input) await ${close}; else throw new Error();`],
  ['a way out that throws', `if (!input) throw new Error(); await ${close};`],
  [
    'a branch that goes on with the loop',
    `for (;;) { if (input) { await ${close}; break; } else continue; }`,
  ],
  ['every case', `switch (input) { case 1: case 2: await ${close}; break; default: await ${close}; }`],
  [
    'every case, the default first',
    `switch (input) { default: await ${close}; break; case 2: await ${close}; }`,
  ],
  ['a case that throws', `switch (input) { case 1: await ${close}; break; default: throw new Error(); }`],
  ['what a switch looks at', `switch (await ${close}) { case 1: break; }`],
  ['the test of the first case', `switch (input) { case await ${close}: break; }`],
  ['the test of an if', `if (await ${close}) log();`],
  ['the test of a while loop', `while (await ${close}) log();`],
  ['the test of a for loop', `for (; await ${close};) log();`],
  ['the test of a do-while loop', `do log(); while (await ${close});`],
  ['the start of a for loop', `for (await ${close}; input.next();) log();`],
  ['a declaration at the start of a for loop', `for (let at = await ${close}; at < 3; at++) log();`],
  ['what a for-of loop walks over', `for (const each of await ${close}) log(each);`],
  ['what a for-in loop walks over', `for (const each in await ${close}) log(each);`],
  ['the test of a conditional', `(await ${close}) ? log() : null;`],
  ['before &&', `(await ${close}) && log();`],
  ['first in a sequence', `(await ${close}), log();`],
  ['last in a sequence', `log(), await ${close};`],
  ['an argument', `log(await ${close});`],
  ['an argument of a construction', `new Work(await ${close});`],
  ['a property', `log({ sent: await ${close} });`],
  ['a computed property', `log({ [await ${close}]: 1 });`],
  ['a spread property', `log({ ...(await ${close}) });`],
  ['an element', `log([await ${close}]);`],
  ['a spread argument', `log(...(await ${close}));`],
  ['a template', 'log(`${await ' + close + '}`);'],
  ['a tagged template', 'tag`${await ' + close + '}`;'],
  ['an operand of !', `log(!(await ${close}));`],
  ['an operand of typeof', `log(typeof (await ${close}));`],
  ['the left operand', `log((await ${close}) + 1);`],
  ['the right operand', `log(1 + (await ${close}));`],
  ['a compared operand', `log((await ${close}) === 1 || 1 === 2);`],
  ['an operand of in', `log('a' in (await ${close}));`],
  ['a computed member', `log(input[await ${close}]);`],
  ['the object of a member', `log((await ${close}).length);`],
  ['the object of a call', `(await ${close}).toString();`],
  ['the computed name of a call', `input[await ${close}]();`],
  ['the function of a call', `(await ${close})();`],
  ['an assigned value', `let sent; sent = await ${close};`],
  ['an assigned member', `input.sent = await ${close};`],
  ['the name of an assigned member', `input[await ${close}] = 1;`],
  ['the name of an added member', `input[await ${close}] += 1;`],
  ['an added value', `let sent = 1; sent += await ${close};`],
  ['the name of a counted member', `input[await ${close}]++;`],
  ['a computed name in a pattern', `const { [await ${close}]: sent } = input;`],
  ['what a pattern takes apart', `const { sent } = await ${close};`],
  ['the parent of a class', `class Work extends (await ${close}) {}`],
  ['the parent of a class that is an expression', `log(class extends (await ${close}) {});`],
  ['a computed name in a class', `class Work { [await ${close}]() {} }`],
  ['an import', `await import(await ${close});`],
  ['a labelled statement', `sent: await ${close};`],
  ['a try', `try { await ${close}; } finally { log(); }`],
  ['a finally', `try { await work(); } finally { await ${close}; }`],
  ['a finally behind a jump', `for (;;) { try { if (input) break; } finally { await ${close}; } break; }`],
  ['a catch of what is always thrown', `try { throw new Error(); } catch { await ${close}; }`],
  ['a try whose catch throws', `try { await ${close}; } catch (error) { throw error; }`],
  ['an argument of an event', `await trace.error(await ${close});`],
  ['an option of an event', `await trace.error('e', { metadata: [await ${close}] });`],
  ['an argument of a request', `await trace.toolCallRequest('search', await ${close}, options);`],
  ['a printed sum', `console.log('sent ' + (await ${close}));`],
];

/** The paths of the language, one by one: where a response may be left out, and where it may not. */
export function addPaths({ valid }: Suite): void {
  // A path too few, and the second response were one too many.
  for (const [name, body] of skipped)
    valid(`a response that may be left out: ${name}`, `${open} ${body} await ${close};`);
  for (const [name, code] of mayThrow)
    valid(
      `a value that may have stayed: ${name}`,
      `${open} let id = span; try { ${code} id = 'x'; } catch { log(); } await trace.toolCallResponse('search', id, calls, results);`,
    );
  for (const jump of ['return;', 'throw new Error();'])
    valid(`code that nothing reaches, behind ${jump}`, `${open} await ${close}; ${jump} await ${close};`);
  valid(
    'code that nothing reaches, behind a break',
    `${open} for (;;) { await ${close}; break; await ${close}; }`,
  );
  valid(
    'code that nothing reaches, behind a labelled break',
    `${open} done: { await ${close}; break done; await ${close}; }`,
  );
  valid(
    'code that nothing reaches, behind a continue',
    `for (const each of input) { ${open} await ${close}; continue; await ${close}; }`,
  );
  for (const [name, loop] of rounds)
    valid(
      `the span of the round before: ${name}`,
      `let last = null; ${loop} { if (last) await ${close.replace('span', 'last')}; last = await ${request}; } if (last) await ${close.replace('span', 'last')};`,
    );
  valid(
    'a span of a round that breaks',
    `let last = null; for (const each of input) { last = await ${request}; break; } if (last) await ${close.replace('span', 'last')};`,
  );
  // A path too many, and the response were missing there.
  for (const [name, body] of certain)
    valid(`a response that is certain: ${name}`, `${open} ${body}`, { options: [{ missingOnPath: true }] });
}
