import { createFakeWhyOps } from '../../src/index.ts';

const whyops = await createFakeWhyOps().listen();
process.send?.({ url: `${whyops.analyseBaseUrl}/events/ingest`, apiKey: whyops.apiKey });
