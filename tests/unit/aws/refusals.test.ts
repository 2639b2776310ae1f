import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Refusal, Use } from "@/lib/aws/refusals";
import { usesOf } from "@/lib/aws/uses";

const use: Use = { action: "cloudwatch:ListMetrics", target: "*" };
const arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/LLMModels-prod";
const store = { save: vi.fn(async () => {}), remove: vi.fn(async () => {}) };

function denial(action = use.action, resource = "*") {
  const message = `User: arn:aws:sts::1:x is not authorized to perform: ${action} on resource: ${resource} because`;
  return Object.assign(new Error(message), { name: "AccessDeniedException" });
}

let refusals: typeof import("@/lib/aws/refusals");

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse("2026-11-28T12:00:00Z") });
  vi.resetModules();
  vi.clearAllMocks();
  refusals = await import("@/lib/aws/refusals");
});

afterEach(() => void vi.useRealTimers());

const deny = vi.fn(async (): Promise<unknown> => {
  throw denial();
});
const allow = vi.fn(async () => "answer");
const call = (send: () => Promise<unknown>, uses = [use]) =>
  refusals.withRefusals(uses, store, send);

describe("after a denial", () => {
  test("reads are refused without a call until the wait is over, which grows", async () => {
    await expect(call(deny)).rejects.toThrow("ListMetrics");
    for (const minutes of [1, 5, 30, 60, 60]) {
      vi.advanceTimersByTime(minutes * 60_000 - 1);
      await expect(call(allow)).rejects.toMatchObject({ name: "AccessDeniedException" });
      vi.advanceTimersByTime(1);
      await expect(call(deny)).rejects.toThrow("ListMetrics");
    }
    expect(deny).toHaveBeenCalledTimes(6);
    expect(allow).not.toHaveBeenCalled();
  });

  test("a change is always sent, and its success ends the refusal", async () => {
    await expect(call(deny)).rejects.toThrow();
    expect(await refusals.asChange(() => call(allow))).toBe("answer");
    expect(await call(allow)).toBe("answer");
    expect(refusals.knownRefusals()).toEqual([]);
    expect(store.remove).toHaveBeenCalledWith(use);
  });

  test("an answer that refuses the parameters ends it too, an outage doesn't", async () => {
    await expect(call(deny)).rejects.toThrow();
    const fail = (name: string, httpStatusCode: number) =>
      refusals.asChange(() =>
        call(async () => {
          throw Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
        }),
      );
    await expect(fail("InternalServerError", 500)).rejects.toThrow();
    await expect(fail("ThrottlingException", 400)).rejects.toThrow();
    expect(refusals.knownRefusals()).toHaveLength(1);
    await expect(fail("ConditionalCheckFailedException", 400)).rejects.toThrow();
    expect(refusals.knownRefusals()).toEqual([]);
  });
});

test("calls at the same time meet one denial", async () => {
  await Promise.allSettled(Array.from({ length: 20 }, () => call(deny)));
  expect(deny).toHaveBeenCalledTimes(1);
});

test("calls at the same time all go out once one has succeeded", async () => {
  await Promise.all(Array.from({ length: 20 }, () => call(allow)));
  expect(allow).toHaveBeenCalledTimes(20);
});

test("a slow first call holds others up for a second at most", async () => {
  const slow = call(() => new Promise(() => {}));
  const other = call(allow);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await other).toBe("answer");
  void slow;
});

test("of a transaction only the denied action is remembered", async () => {
  const uses = ["dynamodb:PutItem", "dynamodb:UpdateItem"].flatMap((action) =>
    ["LLMModels-prod", "ModelManagement-prod"].map((target) => ({ action, target })),
  );
  await expect(call(() => Promise.reject(denial("dynamodb:PutItem", arn)), uses)).rejects.toThrow();
  expect(refusals.knownRefusals()).toMatchObject([
    { action: "dynamodb:PutItem", target: "LLMModels-prod", resource: arn, count: 1 },
  ]);
});

test("an action that a call also needs is named", async () => {
  const read = { action: "secretsmanager:GetSecretValue", target: "/ai-agent/llm-secrets/prod" };
  const key = "arn:aws:kms:eu-west-1:1:key/k";
  await expect(call(() => Promise.reject(denial("kms:Decrypt", key)), [read])).rejects.toThrow();
  expect(refusals.knownRefusals()).toMatchObject([
    { ...read, missing: "kms:Decrypt", resource: key },
  ]);
});

test("denials of other copies count, unless a call has succeeded since", async () => {
  const at = "2026-11-28T11:59:30Z";
  const recorded: Refusal = { ...use, missing: use.action, resource: null, at, count: 1 };
  expect(refusals.addRefusals([recorded])).toEqual([]);
  await expect(call(allow)).rejects.toThrow("not authorized");
  expect(allow).not.toHaveBeenCalled();
  await refusals.asChange(() => call(allow));
  expect(refusals.addRefusals([recorded])).toEqual([recorded]);
  expect(await call(allow)).toBe("answer");
});

test.each([
  ["dynamodb", "ScanCommand", { TableName: "T" }, ["dynamodb:Scan T"]],
  ["dynamodb", "QueryCommand", { TableName: "T", IndexName: "I" }, ["dynamodb:Query T/index/I"]],
  [
    "dynamodb",
    "TransactWriteItemsCommand",
    {
      TransactItems: [
        { Put: { TableName: "A" } },
        { Put: { TableName: "A" } },
        { ConditionCheck: { TableName: "B" } },
      ],
    },
    ["dynamodb:PutItem A", "dynamodb:ConditionCheckItem B"],
  ],
  ["dynamodb", "BatchWriteItemCommand", { RequestItems: { A: [] } }, ["dynamodb:BatchWriteItem A"]],
  [
    "secretsmanager",
    "GetSecretValueCommand",
    { SecretId: "s" },
    ["secretsmanager:GetSecretValue s"],
  ],
  ["cloudwatch", "ListMetricsCommand", {}, ["cloudwatch:ListMetrics *"]],
] as const)("%s %s %j needs %j", (service, command, input, needed) => {
  const uses = usesOf(service, command, input);
  expect(uses.map(({ action, target }) => `${action} ${target}`)).toEqual(needed);
});
