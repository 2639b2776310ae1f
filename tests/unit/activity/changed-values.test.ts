import { expect, test } from "vitest";
import { changedValues, formatAttributeValue } from "@/components/activity/changed-values";
import type { ActivityEvent } from "@/lib/activity/schema";

function modelEvent(values: Pick<ActivityEvent, "before" | "after">): ActivityEvent {
  return {
    event_id: "1",
    at: "2026-01-05T10:00:00.000Z",
    actor: "ana",
    action: "model.update",
    outcome: "done",
    entity: { kind: "model", id: "openai#gpt-4o" },
    request_id: null,
    operation_id: null,
    reason: null,
    evidence: null,
    ...values,
  };
}

test.each([
  ["input_price", { N: "0.00015" }, "$0.00015 per 1M tokens"],
  ["max_tokens", { N: "128000" }, "128,000 tokens"],
  ["is_active", { S: "false" }, "no"],
  ["is_default", { BOOL: true }, "yes"],
  ["weight", { N: "12345678901234567890.123456789" }, "12345678901234567890.123456789"],
  ["tags", { SS: ["a", "b"] }, '["a","b"]'],
  ["purpose", { NULL: true }, null],
  ["purpose", undefined, null],
])("the raw value of %s is read as words", (name, raw, words) => {
  expect(formatAttributeValue(name, raw)).toBe(words);
});

test("skips updated_at and price sources", () => {
  const changes = changedValues(
    modelEvent({
      before: { input_price: { N: "2" }, updated_at: { S: "x" } },
      after: {
        input_price: { N: "3" },
        input_price_source: { S: "admin" },
        updated_at: { S: "y" },
      },
    }),
  );
  expect(changes).toMatchObject([
    { label: "Input price", before: "$2.00 per 1M tokens", after: "$3.00 per 1M tokens" },
  ]);
});

test("an unknown attribute is shown under its own name", () => {
  const [change] = changedValues(modelEvent({ before: null, after: { owner: { S: "search" } } }));
  expect(change).toMatchObject({ label: "owner", before: null, after: "search" });
});
