import "server-only";
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Actor } from "@/lib/auth/actor";
import { transact } from "@/lib/aws/transact";
import { createRun, deleteRun, deleteRuns, getRun, listRuns } from "./repository";
import { maxRuns, maxStoredCharacters } from "./rules/limits";
import type { PastResult, PastRun, PastRunDraft, PastRunList, PlaygroundInputs } from "./schema";

/** The actor's past runs, newest first. */
export async function listPastRuns(actor: Actor): Promise<PastRunList> {
  const runs = await listRuns(actor.subject);
  return { runs: (runs ?? []).slice(0, maxRuns), kept: runs !== null };
}

/** @throws AppError `not_found`, also for runs of other people */
export function getPastRun(actor: Actor, runId: string): Promise<PastRun> {
  return getRun(actor.subject, runId);
}

/**
 * Stores a run of the actor: truncates long texts and deletes runs beyond the newest fifty.
 * @throws AppError `setup_incomplete` if the table doesn't exist
 */
export async function saveRun(actor: Actor, draft: PastRunDraft): Promise<PastRun> {
  const at = new Date().toISOString();
  const stored = shorten(draft);
  const run: PastRun = {
    ...stored,
    run_id: `${at}~${randomUUID()}`,
    at,
    shortened: !isDeepStrictEqual(stored, draft),
  };
  await transact(createRun(actor.subject, run));
  const runs = (await listRuns(actor.subject)) ?? [];
  await deleteRuns(actor.subject, runs.slice(maxRuns).map(idOf));
  return run;
}

/** @throws AppError `not_found` if the actor has no such run */
export async function deletePastRun(actor: Actor, runId: string): Promise<void> {
  await transact(deleteRun(actor.subject, runId));
}

/** Deletes all past runs of the actor. */
export async function deletePastRuns(actor: Actor): Promise<void> {
  await deleteRuns(actor.subject, ((await listRuns(actor.subject)) ?? []).map(idOf));
}

const idOf = ({ run_id }: { run_id: string }) => run_id;

function shorten({ inputs, results }: PastRunDraft): PastRunDraft {
  return { inputs: shortenInputs(inputs), results: results.map(shortenResult) };
}

function shortenInputs(inputs: PlaygroundInputs): PlaygroundInputs {
  const { tools, ...rest } = inputs;
  const fits = JSON.stringify(tools ?? []).length <= maxStoredCharacters.tools;
  return {
    ...rest,
    prompt: inputs.prompt.slice(0, maxStoredCharacters.prompt),
    ...(inputs.system !== undefined && {
      system: inputs.system.slice(0, maxStoredCharacters.system),
    }),
    ...(tools && fits && { tools }),
  };
}

function shortenResult(result: PastResult): PastResult {
  const { text, tool_calls, failure } = result;
  const maxLength = maxStoredCharacters.answer;
  const fits = JSON.stringify(tool_calls).length <= maxLength;
  return {
    ...result,
    text: text.slice(0, maxLength),
    tool_calls: fits ? tool_calls : [],
    failure: failure && {
      ...failure,
      provider_message: failure.provider_message?.slice(0, maxLength) ?? null,
    },
  };
}
