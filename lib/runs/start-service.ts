import "server-only";
import { randomUUID } from "node:crypto";
import { recordEvent } from "@/lib/activity/service";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentKey } from "@/lib/agents/schema";
import type { Actor } from "@/lib/auth/actor";
import { numberAttribute, stringAttribute } from "@/lib/aws/attributes";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { invalidatePages } from "./reading-service";
import { describeExecution, type RunsMachine, startExecution, stopExecution } from "./repository";
import type { RunStart, StartedRun } from "./schema";
import { arnOf, findMachine } from "./service";

/** The maximum input that Step Functions accepts, in bytes of UTF-8. */
const maxInputBytes = 256 * 1024;

/**
 * Starts a run of the agent, with a message or with another run's input. Its tools have real effects.
 * @throws AppError `runs_disabled`, `not_found`, `invalid`, `aws_unavailable`
 */
export async function startRun(actor: Actor, key: AgentKey, start: RunStart): Promise<StartedRun> {
  const machine = await requireStartable(key);
  const input =
    "message" in start ? inputOf(start.message) : await inputAgain(machine, start.rerun);
  if (Buffer.byteLength(input) > maxInputBytes) {
    throw new AppError(
      "too_large",
      "Step Functions takes at most 256 KB of input. Shorten the message.",
    );
  }
  const id = `switchboard-${randomUUID()}`;
  await startExecution(machine, { name: id, input });
  invalidatePages(machine);
  await recordEvent(
    actor,
    {
      action: "run.start",
      entity: { kind: "agent", id: agentEntityId(key) },
      before: null,
      after: {
        run: stringAttribute(id),
        ...("message" in start
          ? { message_length: numberAttribute(start.message.length) }
          : { rerun_of: stringAttribute(start.rerun) }),
      },
    },
    "done",
  );
  return { id };
}

const inputOf = (content: string) => JSON.stringify({ messages: [{ role: "user", content }] });

async function inputAgain(machine: RunsMachine, run: string): Promise<string> {
  const { input, unread } = await describeExecution(machine, arnOf(machine, run));
  if (input !== null) return input;
  if (unread !== null) throw new AppError("aws_unavailable", unread);
  throw new AppError("not_found", `The input of ${run} can't be read, so it can't be used again.`);
}

/** Stops a run that is still running. @throws AppError `runs_disabled`, `not_found` */
export async function stopRun(actor: Actor, key: AgentKey, id: string): Promise<void> {
  const machine = await requireStartable(key);
  const arn = arnOf(machine, id);
  await stopExecution(machine, arn, `Stopped by ${actor.name} in Switchboard`);
  invalidatePages(machine);
  await recordEvent(
    actor,
    {
      action: "run.stop",
      entity: { kind: "agent", id: agentEntityId(key) },
      before: null,
      after: { run: stringAttribute(id) },
    },
    "done",
  );
}

async function requireStartable(key: AgentKey): Promise<RunsMachine> {
  if (!env().ALLOW_RUNS) {
    const detail =
      "This console doesn't start or stop runs. Set ALLOW_RUNS=true and allow states:StartExecution and states:StopExecution.";
    throw new AppError("runs_disabled", detail);
  }
  const { machine, unavailable } = await findMachine(key);
  if (machine && !unavailable) return machine;
  throw new AppError("not_found", unavailable?.why ?? "The agent has no state machine.");
}
