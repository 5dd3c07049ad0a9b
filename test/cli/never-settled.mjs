// Loaded before the built binary: a request is open for ever.
import { FakeWhyOps } from '../../dist/server/fake.js';

FakeWhyOps.prototype.settled = () => {
  console.log('settling');
  return new Promise(() => {});
};
