import { describe, expect, test, vi } from "vitest";
import {
  dropAfterForward,
  dropBeforeForward,
  type Fault,
  serverError,
  slow,
  throttled,
  transactionInProgress,
  transactionThrottled,
  unprocessed,
} from "../support/fault-proxy";
import { actor, type Copy, outcomeOf, type Platform, servicesForFile } from "../support/services";
import { agentRow, modelRow, unique } from "./console";

const services = servicesForFile({ concurrent: true });

// A test repeats its call once for each request that the call makes.
vi.setConfig({ testTimeout: 600_000 });

/** Whether a row is as it was to become, and how many events say so. */
type State = { changed: boolean; events: number };

/** One call of a service on things of its own. */
type Attempt = {
  act: (copy: Copy) => Promise<unknown>;
  /** Everything that the call changes, each as it is now. */
  look: () => Promise<State[]>;
  /** What an admin does, or the next start, to complete what the call left behind. */
  settle?: (copy: Copy, operationId: string | undefined) => Promise<unknown>;
};

type Subject = (platform: Platform, copy: Copy) => Promise<Attempt>;

async function done(platform: Platform, entity: string, action: string): Promise<number> {
  const events = await platform.events(entity);
  return events.filter((event) => event.outcome?.S === "done" && event.action?.S === action).length;
}

async function newModel(platform: Platform, more = {}) {
  const key = { provider: "openai", model_id: unique("gpt") };
  const pk = `openai#${key.model_id}`;
  await platform.put(platform.tables.models, modelRow("openai", key.model_id, more));
  return { key, pk };
}

const modelState = async (
  platform: Platform,
  pk: string,
  action: string,
  isExpected: (row: Awaited<ReturnType<Platform["model"]>>) => boolean,
) => ({
  changed: isExpected(await platform.model(pk)),
  events: await done(platform, `model:${pk}`, action),
});

const agentState = async (platform: Platform, name: string, model_id: string) => ({
  changed: (await platform.agent(name))?.llm_model?.S === model_id,
  events: await done(platform, `agent:${name}/v1.0`, "agent.update"),
});

/** An operation that stopped in the middle is resumed; one that never began has changed nothing. */
async function resume(copy: Copy, operationId: string | undefined): Promise<void> {
  expect(operationId).toBeDefined();
  const answer = await outcomeOf(copy, copy.resumeOperation(actor("bob"), operationId ?? ""));
  expect(["done", "not_found"]).toContain(answer.code);
  if (answer.code === "done") expect(answer.result?.status).toBe("done");
}

/** A change of xAI's key that is to leave this value, or none. */
async function keyAttempt(
  platform: Platform,
  act: Attempt["act"],
  expected: string | undefined,
): Promise<Attempt> {
  const before = (await platform.events("key:xai")).length;
  return {
    act,
    look: async () => {
      const { XAI_API_KEY, FOREIGN } = JSON.parse(await platform.secretText());
      expect(FOREIGN).toBe("stays");
      const events = (await platform.events("key:xai")).slice(before);
      expect(await platform.query("key-intents")).toEqual([]);
      expect(events.filter((event) => event.outcome?.S === "pending")).toEqual([]);
      const done = events.filter((event) => event.outcome?.S === "done").length;
      return [{ changed: XAI_API_KEY === expected, events: done }];
    },
    settle: async (copy) => {
      await platform.endLease();
      await copy.recoverKeys();
    },
  };
}

const subjects: Record<string, Subject> = {
  "updating a model": async (platform) => {
    const { key, pk } = await newModel(platform, { input_price: { N: "1" } });
    return {
      act: (copy) => copy.updateModel(actor(), key, { input_price: 2, max_tokens: 9 }, null),
      look: async () => [
        await modelState(platform, pk, "model.update", (row) => row?.input_price?.N === "2"),
      ],
    };
  },
  "creating a model": async (platform) => {
    const draft = { provider: "openai", model_id: unique("new"), input_price: 3 };
    const pk = `openai#${draft.model_id}`;
    return {
      act: (copy) => copy.createModel(actor(), draft),
      look: async () => [
        await modelState(platform, pk, "model.create", (row) => row !== undefined),
      ],
    };
  },
  "deleting a model": async (platform) => {
    const { key, pk } = await newModel(platform);
    return {
      act: (copy) => copy.retireModel(actor(), key, {}, null),
      look: async () => [
        await modelState(platform, pk, "model.delete", (row) => row === undefined),
      ],
      settle: resume,
    };
  },
  "switching an agent": async (platform) => {
    const [from, to] = [await newModel(platform), await newModel(platform)];
    const name = unique("agent");
    await platform.put(platform.tables.agents, agentRow(name, "openai", from.key.model_id));
    const key = { agent_name: name, version: "v1.0" };
    return {
      act: (copy) => copy.updateAgent(actor(), key, { llm_model: to.key.model_id }, null),
      look: async () => [await agentState(platform, name, to.key.model_id)],
    };
  },
  "updating a key": async (platform) => {
    const value = unique("sk-a-new-key");
    return keyAttempt(
      platform,
      (copy) => copy.updateKey(actor(), "xai", { api_key: value }),
      value,
    );
  },
  "retiring a model with a replacement": async (platform) => {
    const [from, to] = [await newModel(platform), await newModel(platform)];
    const names = [unique("agent"), unique("agent")];
    for (const name of names) {
      await platform.put(platform.tables.agents, agentRow(name, "openai", from.key.model_id));
    }
    return {
      act: (copy) => copy.retireModel(actor(), from.key, { replacement: to.pk }, null),
      look: async () => [
        ...(await Promise.all(names.map((name) => agentState(platform, name, to.key.model_id)))),
        await modelState(platform, from.pk, "model.delete", (row) => row === undefined),
      ],
      settle: resume,
    };
  },
  "importing models": async (platform) => {
    const { key, pk } = await newModel(platform);
    const created = unique("new");
    const rows = [
      { row: 1, values: { ...key, max_tokens: 7 } },
      { row: 2, values: { provider: "openai", model_id: created, input_price: 1 } },
    ];
    return {
      act: async (copy) => {
        const options = { dry_run: false, mode: "atomic" } as const;
        const result = await copy.importModels(actor(), rows, options);
        expect(result.rejected).toEqual([]);
      },
      look: async () => [
        await modelState(platform, pk, "model.update", (row) => row?.max_tokens?.N === "7"),
        await modelState(platform, `openai#${created}`, "model.create", (row) => row !== undefined),
      ],
      settle: resume,
    };
  },
};

/** Ways back, and what moves many at once: the same machinery as above from other doors. */
const furtherSubjects: Record<string, Subject> = {
  "rolling back a model": async (platform, former) => {
    const { key, pk } = await newModel(platform, { input_price: { N: "1" } });
    await former.updateModel(actor(), key, { input_price: 2 }, null);
    const event_id = await lastEvent(platform, `model:${pk}`);
    return {
      act: (copy) => copy.rollbackModel(actor(), key, { event_id }),
      look: since(1, async () => [
        await modelState(platform, pk, "model.update", (row) => row?.input_price?.N === "1"),
      ]),
    };
  },
  "rolling back an agent": async (platform, former) => {
    const [from, to] = [await newModel(platform), await newModel(platform)];
    const key = { agent_name: unique("agent"), version: "v1.0" };
    await platform.put(
      platform.tables.agents,
      agentRow(key.agent_name, "openai", from.key.model_id),
    );
    await former.updateAgent(actor(), key, { llm_model: to.key.model_id }, null);
    const event_id = await lastEvent(platform, `agent:${key.agent_name}/v1.0`);
    return {
      act: (copy) => copy.rollbackAgent(actor(), key, { event_id }),
      look: since(1, async () => [await agentState(platform, key.agent_name, from.key.model_id)]),
    };
  },
  "removing a key": async (platform, former) => {
    await former.updateKey(actor(), "xai", { api_key: unique("sk-to-be-removed") });
    return keyAttempt(platform, (copy) => copy.removeKey(actor(), "xai"), undefined);
  },
  "rolling back a key": async (platform, former) => {
    const earlier = unique("sk-earlier");
    for (const api_key of [earlier, unique("sk-later")]) {
      await former.updateKey(actor(), "xai", { api_key });
    }
    return keyAttempt(platform, (copy) => copy.rollbackKey(actor(), "xai"), earlier);
  },
  "undoing an operation": async (platform, former) => {
    const { key, pk } = await newModel(platform, { max_tokens: { N: "5" } });
    const created = unique("new");
    const values = [
      { ...key, max_tokens: 7 },
      { provider: "openai", model_id: created },
    ];
    const rows = values.map((value, index) => ({ row: index + 1, values: value }));
    const options = { dry_run: false, mode: "atomic" } as const;
    const { operation_id } = await former.importModels(actor(), rows, options);
    return {
      act: (copy) => copy.undoOperation(actor(), operation_id ?? ""),
      look: async () => [
        ...(await since(1, async () => [
          await modelState(platform, pk, "model.update", (row) => row?.max_tokens?.N === "5"),
        ])()),
        await modelState(platform, `openai#${created}`, "model.delete", (row) => row === undefined),
      ],
      settle: resume,
    };
  },
  "switching many agents": async (platform) => {
    const [from, to] = [await newModel(platform), await newModel(platform)];
    const names = [unique("agent"), unique("agent")];
    for (const name of names) {
      await platform.put(platform.tables.agents, agentRow(name, "openai", from.key.model_id));
    }
    const agents = names.map((agent_name) => ({ agent_name, version: "v1.0" }));
    return {
      act: (copy) => copy.switchAgents(actor(), { agents, to: to.key }, false),
      look: () => Promise.all(names.map((name) => agentState(platform, name, to.key.model_id))),
      settle: resume,
    };
  },
};

async function lastEvent(platform: Platform, entity: string): Promise<string> {
  return (await platform.events(entity)).at(-1)?.event_id?.S ?? "";
}

/** The states without the events that there were before the call. */
const since = (earlier: number, look: () => Promise<State[]>) => async () =>
  (await look()).map((state) => ({ ...state, events: state.events - earlier }));

const writes = new Set([
  "BatchWriteItem",
  "DeleteItem",
  "PutItem",
  "PutSecretValue",
  "TransactWriteItems",
  "UpdateItem",
  "UpdateSecretVersionStage",
]);

type Bench = { platform: Platform; copy: Copy };

const freeBenches: Bench[] = [];

async function newBench(): Promise<Bench> {
  const secret = {
    FOREIGN: "stays",
    OPENAI_API_KEY: "sk-first-7101",
    XAI_API_KEY: "xai-first-7102",
  };
  const platform = await services.newPlatform(secret);
  const copy = await platform.copy();
  return { platform, copy };
}

/** Nobody else uses the bench meanwhile; what ended leaves it to the next test. */
async function withBench(use: (bench: Bench) => Promise<void>): Promise<void> {
  const bench = freeBenches.pop() ?? (await newBench());
  await use(bench);
  freeBenches.push(bench);
}

/** The operations of an undisturbed call. */
async function stepsOf({ platform, copy }: Bench, subject: Subject): Promise<string[]> {
  const attempt = await subject(platform, copy);
  const from = services.proxy.calls.length;
  await attempt.act(copy);
  const mine = services.proxy.calls.slice(from).filter((c) => c.body.includes(platform.envName));
  return mine.map((call) => call.operation);
}

/** Everything that must hold of a call that AWS disturbed; tells how it ended. */
async function disturb(
  { platform, copy }: Bench,
  subject: Subject,
  which: { nth?: number; from?: number; operation?: string },
  fault: Fault,
): Promise<string> {
  const attempt = await subject(platform, copy);
  const match = { containing: platform.envName, ...which };
  const stopInjecting = services.proxy.inject(match, fault);
  const answer = await outcomeOf(copy, attempt.act(copy)).finally(stopInjecting);
  const operationId = answer.error?.extra?.operation_id as string | undefined; // Only ours.
  if (answer.code === "aws_unavailable") {
    expect(answer.message).toMatch(/not known|isn't known|Nothing was saved/);
    const isPartOfOperation = attempt.settle === resume && operationId !== undefined;
    if (isPartOfOperation) expect(answer.message).toContain(operationId);
    else if (attempt.settle === resume) expectNone(await attempt.look());
    if (isPartOfOperation || attempt.settle !== resume) await attempt.settle?.(copy, operationId);
  }
  // A saved key is reported although its history isn't complete yet.
  if (answer.code === "done" && attempt.settle !== resume) await attempt.settle?.(copy, undefined);
  const states = await attempt.look();
  for (const { changed, events } of states) expect(events).toBe(changed ? 1 : 0);
  if (answer.code === "done") for (const { changed } of states) expect(changed).toBe(true);
  if (!["done", "aws_unavailable"].includes(answer.code)) expectNone(states);
  if (answer.message.includes("Nothing was saved")) expectNone(states);
  // Nothing remains that would stand in the way.
  await platform.endLease();
  await copy.recoverKeys();
  return answer.code;
}

function expectNone(states: State[]): void {
  expect(states).toEqual(states.map(() => ({ changed: false, events: 0 })));
}

const lasting: [string, Fault, "write" | "any"][] = [
  ["throttles everything", throttled, "write"],
  ["answers 500 to everything", serverError, "write"],
  ["cannot be reached any more", dropBeforeForward, "write"],
  ["does what is asked, but no answer arrives any more", dropAfterForward, "any"],
];

test.concurrent.each(["updating a model", "updating a key", "switching an agent"])(
  "%s is done once though the answer comes too late",
  (name) =>
    withBench(async (bench) => {
      const subject = subjects[name] as Subject; // It is above.
      const operation = name.includes("key") ? "UpdateSecretVersionStage" : "TransactWriteItems";
      expect(await disturb(bench, subject, { operation, nth: 1 }, slow(10_500))).toBe("done");
    }),
);

/** On the second Node, one subject for each kind of write: it can only change how connections end. */
const isSecondNode = Boolean(process.env.SECOND_NODE);
const onEachNode = ["updating a key", "importing models"];
const chosen = Object.entries(subjects).filter(
  ([name]) => !isSecondNode || onEachNode.includes(name),
);

describe.concurrent.each(chosen)("%s", (_, subject) => {
  test("is done when the answer to any single request is lost", () =>
    withBench(async (bench) => {
      const steps = await stepsOf(bench, subject);
      for (const [index, step] of steps.entries()) {
        const ending = await disturb(bench, subject, { nth: index + 1 }, dropAfterForward);
        expect(ending, `answer ${index + 1} (${step}) of ${steps.join(", ")}`).toBe("done");
      }
    }));

  test.each(lasting)(
    "ends as reported when AWS %s, from whichever request on",
    (_name, fault, kind) =>
      withBench(async (bench) => {
        const steps = await stepsOf(bench, subject);
        for (const [index, step] of steps.entries()) {
          if (kind === "write" && !writes.has(step)) continue;
          const from = { from: index + 1 };
          const ending = await disturb(bench, subject, from, fault).catch((error) => {
            const where = `from request ${index + 1} (${step}) of ${steps.join(", ")}`;
            throw new Error(`${where}: ${error.message}`, { cause: error });
          });
          expect(["done", "aws_unavailable"]).toContain(ending);
        }
      }),
  );
});

describe.concurrent.each(isSecondNode ? [] : Object.entries(furtherSubjects))(
  "%s",
  (_, subject) => {
    test("is done when one answer is lost, and ends as reported when none arrives any more", () =>
      withBench(async (bench) => {
        const steps = await stepsOf(bench, subject);
        for (const [index, step] of steps.entries()) {
          const where = `request ${index + 1} (${step}) of ${steps.join(", ")}`;
          if (!writes.has(step)) continue;
          expect(await disturb(bench, subject, { nth: index + 1 }, dropAfterForward), where).toBe(
            "done",
          );
          const ending = await disturb(bench, subject, { from: index + 1 }, dropAfterForward);
          expect(["done", "aws_unavailable"], where).toContain(ending);
        }
      }));
  },
);

test.concurrent("a transaction that is throttled now and then goes through", () =>
  withBench(async (bench) => {
    for (const [name, subject] of Object.entries(subjects)) {
      const which = { operation: "TransactWriteItems", nth: 1 };
      expect(await disturb(bench, subject, which, transactionThrottled), name).toBe("done");
      expect(await disturb(bench, subject, which, transactionInProgress), name).toBe("done");
    }
  }));

test.concurrent("a transaction that is throttled all the time is refused, and nothing was saved", () =>
  withBench(async (bench) => {
    const subject = subjects["updating a model"] as Subject; // It is above.
    const which = { operation: "TransactWriteItems", from: 1 };
    expect(await disturb(bench, subject, which, transactionThrottled)).toBe("conflict");
  }));

test.concurrent("what a batch leaves over is written all the same", () =>
  withBench(async (bench) => {
    const subject = subjects["importing models"] as Subject; // It is above.
    const which = { operation: "BatchWriteItem", nth: 1 };
    expect(await disturb(bench, subject, which, unprocessed)).toBe("done");
  }));
