import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";

/** One AWS action on one table or secret; `*` for other services. */
export type Use = { action: string; target: string };

/** AWS's denial of a call of the console. */
export type Refusal = Use & {
  /** The missing permission that AWS names: usually `action`, or a dependency such as kms:Decrypt. */
  missing: string;
  /** The ARN that AWS names; null if it names none. */
  resource: string | null;
  /** ISO 8601 UTC. */
  at: string;
  /** The number of consecutive denials. */
  count: number;
};

type RefusalStore = {
  save: (refusal: Refusal) => Promise<unknown>;
  remove: (use: Use) => Promise<unknown>;
};

/** How long reads wait after the first, second, … denial before they call again, in milliseconds. */
const retryDelaysMs = [60_000, 5 * 60_000, 30 * 60_000, 60 * 60_000];
/**
 * How long other calls of an action wait for its first call, in milliseconds, so that one denial is
 * enough.
 */
const firstCallMs = 1_000;

const refusals = new Map<string, Refusal>();
/** When AWS last carried out a call of each use, in milliseconds since 1970. */
const allowed = new Map<string, number>();
const firstCalls = new Map<string, Promise<unknown>>();

const idOf = ({ action, target }: Use) => `${action} ${target}`;

const change = new AsyncLocalStorage<boolean>();

/** Runs a person's request: its calls go to AWS even if AWS denied them before. */
export const asChange = <T>(run: () => Promise<T>): Promise<T> => change.run(true, run);

/** Denials known to this process. */
export const knownRefusals = (): Refusal[] => [...refusals.values()];

/** Takes over the denials that other copies met. @returns those that no longer hold */
export function addRefusals(added: Refusal[]): Refusal[] {
  const outdated = added.filter(
    (refusal) => Date.parse(refusal.at) <= (allowed.get(idOf(refusal)) ?? 0),
  );
  for (const refusal of added) {
    const recorded = refusals.get(idOf(refusal));
    if (outdated.includes(refusal) || (recorded && recorded.at >= refusal.at)) continue;
    refusals.set(idOf(refusal), refusal);
  }
  return outdated;
}

export function isAccessDenied(error: unknown): error is Error {
  return error instanceof Error && error.name.startsWith("AccessDenied");
}

function retryAt({ at, count }: Refusal): number {
  const index = Math.min(count, retryDelaysMs.length) - 1;
  return Date.parse(at) + (retryDelaysMs[index] ?? 0);
}

/** As AWS words it, without the role. */
function denial({ missing, resource }: Refusal): Error {
  const on = resource ? ` on resource: ${resource}` : "";
  const error = new Error(`The role is not authorized to perform: ${missing}${on}`);
  return Object.assign(error, {
    name: "AccessDeniedException",
    $metadata: { httpStatusCode: 403 },
  });
}

/**
 * Sends a call, unless AWS denied it a short time ago and nobody asked for a change: a page that
 * polls would otherwise repeat a denial on every poll, on every copy.
 * @throws what `send` throws; an `AccessDeniedException` for a call that isn't sent
 */
export async function withRefusals<T>(
  uses: Use[],
  store: RefusalStore,
  send: () => Promise<T>,
): Promise<T> {
  if (change.getStore()) return observe(uses, store, send);
  const unproven = uses.map(idOf).filter((id) => !allowed.has(id));
  const running = unproven.flatMap((id) => firstCalls.get(id) ?? []);
  if (running.length > 0) await orAfter(firstCallMs, Promise.all(running));
  const call = sendUnlessRefused(uses, store, send);
  const settled = call.then(
    () => {},
    () => {},
  );
  for (const id of unproven) {
    if (firstCalls.has(id)) continue;
    firstCalls.set(id, settled);
    void settled.then(() => firstCalls.delete(id));
  }
  return call;
}

async function sendUnlessRefused<T>(
  uses: Use[],
  store: RefusalStore,
  send: () => Promise<T>,
): Promise<T> {
  for (const use of uses) {
    const refusal = refusals.get(idOf(use));
    if (refusal && Date.now() < retryAt(refusal)) throw denial(refusal);
  }
  return observe(uses, store, send);
}

async function observe<T>(uses: Use[], store: RefusalStore, send: () => Promise<T>): Promise<T> {
  try {
    const answer = await send();
    recordAllowed(uses, store);
    return answer;
  } catch (error) {
    if (isAccessDenied(error)) recordRefusal(uses, error, store);
    else if (isAnswer(error)) recordAllowed(uses, store);
    throw error;
  }
}

async function orAfter(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const waiting = new AbortController();
  const timer = delay(milliseconds, undefined, { signal: waiting.signal, ref: false });
  await Promise.race([work, timer.catch(() => {})]);
  waiting.abort();
}

function recordRefusal(uses: Use[], error: Error, store: RefusalStore): void {
  const missing = /perform: ([\w-]+:\w+)/.exec(error.message)?.[1];
  const resource = /on resource: (arn:\S+)/.exec(error.message)?.[1] ?? null;
  const named = uses.filter(
    ({ action, target }) =>
      action === missing && (target === "*" || !resource || resource.includes(target)),
  );
  for (const use of named.length > 0 ? named : uses) {
    const count = (refusals.get(idOf(use))?.count ?? 0) + 1;
    const at = new Date().toISOString();
    const refusal = { ...use, missing: missing ?? use.action, resource, at, count };
    refusals.set(idOf(use), refusal);
    allowed.delete(idOf(use));
    inBackground(() => store.save(refusal));
  }
}

function recordAllowed(uses: Use[], store: RefusalStore): void {
  for (const use of uses) {
    const id = idOf(use);
    allowed.set(id, Date.now());
    if (refusals.delete(id)) inBackground(() => store.remove(use));
  }
}

/** The record is for other copies and restarts; this copy has the denial in memory. */
function inBackground(write: () => Promise<unknown>): void {
  change.exit(() => void write().catch(() => {}));
}

/** AWS checks permissions before anything except throttling and its own errors. */
function isAnswer(error: unknown): boolean {
  if (!(error instanceof Error) || !("$metadata" in error)) return false;
  const { httpStatusCode: status = 0 } = error.$metadata as { httpStatusCode?: number }; // Of every SDK error.
  return status >= 400 && status < 500 && !inconclusive.test(error.name);
}

const inconclusive =
  /Throttl|Throughput|RequestLimit|TooManyRequests|Expired|Unrecognized|Signature/;
