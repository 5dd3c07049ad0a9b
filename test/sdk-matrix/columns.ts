import type { Column } from './column.ts';
import { providerClientColumns, referenceColumn } from './node.ts';
import { pythonColumns } from './python.ts';

/** Every column, from left to right. */
export async function columns(): Promise<Column[]> {
  const [reference, providerClients] = await Promise.all([referenceColumn(), providerClientColumns()]);
  return [reference, ...pythonColumns(), ...providerClients];
}
