/** What the exit code of every command means. Part of the public surface: scripts depend on it. */
export const EXIT = {
  /** Something was checked and nothing is wrong. */
  clean: 0,
  findings: 1,
  /** Wrong options, or input that was not checked, in whole or in part: it could not be read, or a rule failed on it. */
  usage: 2,
  /** Never green: no event was seen, or no rule had anything to look at. */
  nothingChecked: 3,
  /** The command or driver under test could not be started, crashed or failed by itself. */
  broken: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For `--help`. */
export const EXIT_CODES =
  'Exit codes: 0 clean, 1 findings, 2 usage or input that was not checked in whole,\n' +
  '3 nothing was checked, 4 the command or driver under test broke;\n' +
  '130 and 143 interrupted, by Ctrl+C and by SIGTERM.';

/** Ends a command with a message on stderr. The message quotes what was given and says what to write instead. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT.usage) {
    super(message);
    this.exitCode = exitCode;
  }
}
