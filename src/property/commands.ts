import * as fc from 'fast-check';
import { RecordingBuilder } from '../recording/build.ts';
import type { Recording } from '../recording/recording.ts';
import { type Action, record } from './action.ts';
import { type Batch, inBatches, isPlain } from './batch.ts';
import type { AskedCall, Tokens } from './dialect.ts';
import { Player, type PlayTarget } from './play.ts';
import { Program, type ProgramSettings, register, type SpannedCall } from './program.ts';
import { difference } from './stored.ts';
import { settings, storable, tokens, toolArguments, toolName } from './workflow.ts';

/** A WhyOps whose recording can be looked at, as a `FakeWhyOps`. */
export interface ObservedTarget extends PlayTarget {
  readonly recording: Recording;
  /** Resolves when everything that was accepted is stored. */
  settled(): Promise<void>;
}

/** What must be stored by now, and what each program may do next. */
export class WorkflowModel {
  readonly builder = new RecordingBuilder();
  readonly programs: RunningProgram[] = [];
  readonly registered = new Set<string>();
  /** What the programs that collect their events have not sent yet, in order. */
  outbox: readonly Action[] = [];

  /** Takes everything out of the outbox, in as few requests as there can be. */
  flush(fault: Batch['fault'] = 'none'): Action[] {
    const waiting = this.outbox;
    this.outbox = [];
    return inBatches(
      waiting,
      waiting.map(() => ({ joined: waiting.length, fault, since: 0 })),
    );
  }
}

/** Where a program stands in its turn. */
interface RunningProgram {
  readonly program: Program;
  /** It keeps its events for the next batch. */
  readonly collects: boolean;
  /** `waiting`: for a question. `thinking`: the model is next. `running`: the tools that it asked for are. */
  state: 'waiting' | 'thinking' | 'running';
  /** The tool calls of the turn: asked for, started, ended. */
  asked: SpannedCall[];
  started: SpannedCall[];
  ended: SpannedCall[];
  calls: readonly AskedCall[];
  answers: number;
  said: number;
}

/** The WhyOps that the commands work on. */
export class WorkflowReal {
  readonly #target: ObservedTarget;
  readonly #player: Player;

  constructor(target: ObservedTarget) {
    this.#target = target;
    this.#player = new Player(target);
  }

  /** Sends the requests, and holds what is stored then against the model. */
  async play(actions: readonly Action[], { builder }: WorkflowModel): Promise<void> {
    for (const action of actions) {
      record(builder, action);
      await this.#player.send(action);
    }
    await this.#target.settled();
    const found = difference(builder.recording, this.#target.recording);
    if (found !== null) throw new Error(found);
  }
}

export type WorkflowCommand = fc.AsyncCommand<WorkflowModel, WorkflowReal>;

/** The start of a model-based run, for `fc.asyncModelRun` and `fc.scheduledModelRun`. */
export function workflowModel(target: ObservedTarget): () => { model: WorkflowModel; real: WorkflowReal } {
  return () => ({ model: new WorkflowModel(), real: new WorkflowReal(target) });
}

/**
 * What programs do, one step at a time: they start, ask, think, embed, call their model, run tools (also again, also with
 * an answer that is lost), answer and fail; some collect their events and send them in batches. After each command everything that is stored must be what the model says.
 * @param constraints Those of `fc.commands`; a failure prints the `replayPath` to give here, beside `seed` and `path`.
 */
export function workflowCommands(
  constraints: fc.CommandsContraints = {},
): fc.Arbitrary<Iterable<WorkflowCommand>> {
  const at = fc.nat({ max: 3 });
  const tools = fc.array(fc.tuple(toolName, toolArguments), { minLength: 1, maxLength: 3 });
  const opened = fc.tuple(at, fc.boolean()).map((given) => openTool(...given));
  const closed = fc.tuple(at, at, fc.boolean(), fc.boolean()).map((given) => closeTool(...given));
  const asked = fc.tuple(at, storable).map((given) => ask(...given));
  const needed = fc.tuple(at, tools, tokens).map((given) => askForTools(...given));
  return fc.commands<WorkflowModel, WorkflowReal, boolean>(
    [
      fc.tuple(settings, fc.constantFrom('support', 'billing'), fc.boolean()).map((given) => start(...given)),
      fc.tuple(at, storable).map((given) => think(...given)),
      fc.tuple(at, storable).map((given) => embed(...given)),
      fc.tuple(at, storable, tokens).map((given) => answer(...given)),
      fc.tuple(at, storable).map((given) => fail(...given)),
      // What needs others before it comes more often, or it would hardly ever be reached.
      ...[asked, asked, needed, needed, opened, opened, opened, closed, closed, closed],
      ...[at.map(passOn), at.map(passOn)],
      ...[fc.constantFrom('none' as const, 'store-then-drop' as const, 'drop' as const).map(flush)],
    ],
    { size: '+1', ...constraints },
  );
}

/** A program starts a trace; the first one of an agent registers it. */
function start(
  given: Omit<ProgramSettings, 'traceId' | 'agentName'>,
  agentName: string,
  collects: boolean,
): WorkflowCommand {
  return {
    check: ({ programs }) => programs.length < 4,
    async run(model, real) {
      const traceId = `trace-${model.programs.length + 1}`;
      model.programs.push({
        program: new Program({ ...given, traceId, agentName }),
        collects,
        state: 'waiting',
        asked: [],
        started: [],
        ended: [],
        calls: [],
        answers: 0,
        said: 0,
      });
      const isNew = !model.registered.has(agentName);
      model.registered.add(agentName);
      await real.play(isNew ? [register(agentName)] : [], model);
    },
    toString: () => `start(${fc.stringify(given)}, ${fc.stringify(agentName)}, ${collects})`,
  };
}

/** What was collected goes out, events of several programs in one request. */
function flush(fault: Batch['fault']): WorkflowCommand {
  return {
    check: ({ outbox }) => outbox.length > 0,
    run: (model, real) => real.play(model.flush(fault), model),
    toString: () => `flush(${fc.stringify(fault)})`,
  };
}

const ask = (at: number, text: string) =>
  step(
    'ask',
    [at, text],
    ({ state }) => state === 'waiting',
    (running) => {
      running.state = 'thinking';
      return running.program.ask(`${text} (question ${++running.said})`);
    },
  );

const think = (at: number, text: string) =>
  step(
    'think',
    [at, text],
    ({ program, state }) => program.byHand && state === 'thinking',
    (running) => running.program.think(`${text} (thought ${++running.said})`),
  );

const embed = (at: number, text: string) =>
  step(
    'embed',
    [at, text],
    ({ state }) => state === 'thinking',
    (running) => running.program.embed(`${text} (input ${++running.said})`),
  );

const askForTools = (
  at: number,
  tools: readonly (readonly [name: string, args: AskedCall['args']])[],
  spent: Tokens,
) =>
  step(
    'askForTools',
    [at, tools, spent],
    ({ state }) => state === 'thinking',
    (running) => {
      const { program } = running;
      const calls = tools.map(([name, args]) => program.call(name, args));
      const actions = program.respond(null, calls, grown(spent, running));
      running.calls = calls;
      running.ended = [];
      if (program.reportsTools) {
        running.asked = [...calls];
        running.state = 'running';
      } else program.conclude(calls);
      return actions;
    },
  );

const openTool = (at: number, lostAnswer: boolean) =>
  step(
    'openTool',
    [at, lostAnswer],
    ({ asked }) => asked.length > 0,
    (running) => {
      const call = running.asked.shift() as SpannedCall;
      running.started.push(call);
      return running.program.open(call, lostAnswer);
    },
  );

const closeTool = (at: number, which: number, fails: boolean, lostAnswer: boolean) =>
  step(
    'closeTool',
    [at, which, fails, lostAnswer],
    ({ started }) => started.length > 0,
    (running) => {
      const { program, started, asked, ended } = running;
      const [call] = started.splice(which % started.length, 1) as [SpannedCall];
      if (fails) asked.push(program.again(call));
      else ended.push(call);
      const actions = program.close(call, fails ? { error: 'timed out' } : undefined, lostAnswer);
      if (asked.length === 0 && started.length === 0) {
        program.conclude(running.calls);
        running.state = 'thinking';
      }
      return actions;
    },
  );

const passOn = (at: number) =>
  step(
    'passOn',
    [at],
    ({ program, ended }) => program.byHand && ended.length > 0,
    (running) => running.program.passOn(running.ended.shift() as SpannedCall),
  );

const answer = (at: number, text: string, spent: Tokens) =>
  step(
    'answer',
    [at, text, spent],
    ({ state }) => state === 'thinking',
    (running) => {
      running.state = 'waiting';
      running.ended = [];
      return running.program.respond(`${text} (answer ${++running.said})`, [], grown(spent, running));
    },
  );

const fail = (at: number, message: string) =>
  step(
    'fail',
    [at, message],
    ({ program }) => program.reportsTools,
    (running) => running.program.fail(`${message} (error ${++running.said})`),
  );

/** The history grows with every answer, and the prompt with it. */
function grown([prompt, ...rest]: Tokens, running: RunningProgram): Tokens {
  return [prompt + 10_000 * ++running.answers, ...rest];
}

/** Something that one of the programs does, where it may. */
function step(
  name: string,
  given: readonly [at: number, ...unknown[]],
  allowed: (running: RunningProgram) => boolean,
  act: (running: RunningProgram) => Action[],
): WorkflowCommand {
  const chosen = ({ programs }: Readonly<WorkflowModel>) => programs[given[0] % programs.length];
  return {
    check(model) {
      const running = chosen(model);
      return running !== undefined && allowed(running);
    },
    async run(model, real) {
      const running = chosen(model) as RunningProgram;
      const actions = act(running);
      if (running.collects && actions.every(isPlain)) model.outbox = [...model.outbox, ...actions];
      // What a program sends by itself must not overtake what it collected.
      else await real.play([...(running.collects ? model.flush() : []), ...actions], model);
    },
    toString: () => `${name}(${given.map((value) => fc.stringify(value)).join(', ')})`,
  };
}
