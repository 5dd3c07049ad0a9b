export { createAnalyse, type Analyse } from './analyse.ts';
export { recordArrivals } from './arrivals.ts';
