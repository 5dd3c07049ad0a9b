import type * as Testkit from '../../src/index.ts';

// The built files: loaders that keep the names of functions, as the one that runs this file, slow down every call.
const built = new URL('../../dist/index.js', import.meta.url).href;
const { createFakeWhyOps } = (await import(built)) as typeof Testkit;

const whyops = await createFakeWhyOps().listen();
process.send?.({ url: `${whyops.analyseBaseUrl}/events/ingest`, apiKey: whyops.apiKey });
