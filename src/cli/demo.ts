import { Command } from 'commander';
import type OpenAI from 'openai';
import { perform } from '../demo/perform.ts';
import { CommandError, EXIT } from './exit-code.ts';

/** `whyops-testkit demo`: the documented flows and the common mistakes, played with a real client. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('play the documented flows and the common mistakes against the fake')
    .action(async () => {
      const color = process.stdout.isTTY && !process.env['NO_COLOR'];
      const print = (text: string) => process.stdout.write(`${text}\n`);
      const { ok, summary } = await perform(await openaiPackage(), print, { color });
      print(`\n${summary}`);
      process.exitCode = ok ? EXIT.clean : EXIT.findings;
    });
}

async function openaiPackage(): Promise<typeof OpenAI> {
  try {
    return (await import('openai')).default;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CommandError('the demo plays with the real "openai" package: npm install openai', EXIT.usage);
  }
}
