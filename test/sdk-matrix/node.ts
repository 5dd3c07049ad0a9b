import { PROVIDER_PACKAGES, providerClientDriver, WAYS } from '../../fixtures/drivers/provider-client.ts';
import { referenceDriver } from '../../fixtures/drivers/reference-driver.ts';
import { CORRECT } from '../../src/client/decisions.ts';
import { runContract } from '../../src/contract/run.ts';
import { type Column, columnOf } from './column.ts';

/** The same scenarios in every run. */
const SEED = 1;

export async function referenceColumn(): Promise<Column> {
  const report = await runContract(referenceDriver(CORRECT), { seed: SEED });
  return columnOf(['reference', 'client'], 'the reference client of this repository (`src/client`)', report);
}

/** Every provider client in both ways, without an SDK. */
export function providerClientColumns(): Promise<Column[]> {
  return Promise.all(
    PROVIDER_PACKAGES.flatMap((installedAs) =>
      WAYS.map(async (way) => {
        const driver = providerClientDriver(installedAs, way);
        // Provider clients answer when the reply is there: what has not arrived by then never will.
        const report = await runContract(driver, { seed: SEED, limits: { arrival: 1_000 } });
        const { sdk, version } = report;
        const [major, minor] = version.split('.');
        const name = sdk.replace(/^@|-ai\/sdk$/g, '');
        const heading = [name, major === '0' ? `0.${minor}` : major!, way];
        return columnOf(heading, `\`${sdk}\` ${version} from npm, the ${way} way`, report);
      }),
    ),
  );
}
