export { createProxy, type Proxy } from './proxy.ts';
