import sentryTestkit from 'sentry-testkit';

const { localServer } = sentryTestkit();
await localServer.start('http://public@127.0.0.1/1');
const dsn = new URL(localServer.getDsn() as string);
process.send?.({ url: `http://127.0.0.1:${dsn.port}/api/1/store/` });
