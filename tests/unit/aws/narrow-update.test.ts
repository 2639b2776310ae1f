import { expect, test } from "vitest";
import { applyChanges, buildUpdate, unchangedCondition } from "@/lib/aws/narrow-update";

const row = {
  pk: { S: "openai#m" },
  display_name: { S: "M" },
  input_price: { N: "3" },
  owner: { S: "search" },
};

/** The expression with names and values put in. */
function spelled(expression: string, names: Record<string, string>, values: object = {}) {
  return expression.replace(/[#:]\w+/g, (id) =>
    id.startsWith("#")
      ? (names[id] ?? id)
      : JSON.stringify(Object.entries(values).find(([name]) => name === id)?.[1]),
  );
}

function read(update: ReturnType<typeof buildUpdate>) {
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = update;
  return {
    update: spelled(update.UpdateExpression, names, values),
    condition: spelled(update.ConditionExpression, names, values),
  };
}

test("names only what changes, on the condition that it's unchanged", () => {
  const update = buildUpdate(row, "pk", { display_name: { S: "New" }, input_price: null });
  expect(read(update)).toEqual({
    update: 'SET display_name = {"S":"New"} REMOVE input_price',
    condition: 'attribute_exists(pk) AND display_name = {"S":"M"} AND input_price = {"N":"3"}',
  });
});

test("an attribute that was absent must still be absent", () => {
  const update = buildUpdate(row, "pk", { purpose: { S: "tests" } });
  expect(read(update).condition).toBe("attribute_exists(pk) AND attribute_not_exists(purpose)");
});

test("two changes may both touch updated_at", () => {
  const update = buildUpdate(row, "pk", { updated_at: { S: "now" } });
  expect(read(update)).toEqual({
    update: 'SET updated_at = {"S":"now"} ',
    condition: "attribute_exists(pk)",
  });
});

test("attributes that the change depends on are part of the condition, each once", () => {
  const update = buildUpdate(row, "pk", { display_name: null }, ["display_name", "owner"]);
  expect(read(update).condition).toBe(
    'attribute_exists(pk) AND display_name = {"S":"M"} AND owner = {"S":"search"}',
  );
});

test("leaves empty value maps out, which DynamoDB refuses", () => {
  const update = buildUpdate({ pk: row.pk }, "pk", { purpose: null });
  expect(update.ExpressionAttributeValues).toBeUndefined();
});

test("reserved words and names with dots never appear in an expression", () => {
  const update = buildUpdate({ ...row, status: { S: "a" } }, "pk", {
    status: { S: "b" },
    "odd.name-1": { S: "c" },
  });
  const text = update.UpdateExpression + update.ConditionExpression;
  expect(text).not.toMatch(/status|odd/);
  expect(Object.values(update.ExpressionAttributeNames)).toContain("odd.name-1");
});

test("a whole row as read is one condition for each attribute", () => {
  const { parts, ExpressionAttributeNames } = unchangedCondition(row, Object.keys(row));
  expect(parts).toHaveLength(4);
  expect(Object.values(ExpressionAttributeNames).sort()).toEqual(Object.keys(row).sort());
});

test("the row afterwards has the new values, lacks the removed ones and keeps the rest", () => {
  const after = applyChanges(row, { display_name: { S: "New" }, input_price: null });
  expect(after).toEqual({ pk: row.pk, display_name: { S: "New" }, owner: row.owner });
  expect(row.input_price).toEqual({ N: "3" });
});
