import "server-only";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { RawItem } from "./attributes";

/** Attributes to write; null removes an attribute. Others stay unchanged. */
export type AttributeChanges = Record<string, AttributeValue | null>;

/**
 * DynamoDB accepts 300 operators and 4 kB per expression: a comparison and an AND for each
 * attribute, with room for the conditions that callers add.
 */
const maxCompared = 120;

/**
 * The condition that the named attributes still have the values that were read, as names and values
 * for an expression. Only the first 120 names count, so list first those on which a decision
 * depends.
 */
export function unchangedCondition(item: RawItem, names: Iterable<string>) {
  const parts: string[] = [];
  const ExpressionAttributeNames: Record<string, string> = {};
  const ExpressionAttributeValues: Record<string, AttributeValue> = {};
  let index = 0;
  for (const name of [...new Set(names)].slice(0, maxCompared)) {
    const id = index++;
    const value = item[name];
    ExpressionAttributeNames[`#r${id}`] = name;
    if (value === undefined) {
      parts.push(`attribute_not_exists(#r${id})`);
    } else {
      ExpressionAttributeValues[`:r${id}`] = value;
      parts.push(`#r${id} = :r${id}`);
    }
  }
  return { parts, ExpressionAttributeNames, ExpressionAttributeValues };
}

/** The names of a row's attributes, the known ones first. */
export function attributeNames(row: RawItem, known: readonly string[]): string[] {
  return [...new Set([...known.filter((name) => name in row), ...Object.keys(row)])];
}

/**
 * An UpdateExpression that touches only what changes, on the condition that the row exists and
 * that the changed attributes and those of `dependsOn` are as they were read.
 */
export function buildUpdate(
  item: RawItem,
  key: string,
  changes: AttributeChanges,
  dependsOn: Iterable<string> = [],
) {
  // Changes of different attributes both touch `updated_at`, which isn't a conflict.
  const changed = Object.keys(changes).filter((name) => name !== "updated_at");
  const condition = unchangedCondition(item, [...changed, ...dependsOn]);
  const names: Record<string, string> = { ...condition.ExpressionAttributeNames, "#key": key };
  const values: Record<string, AttributeValue> = { ...condition.ExpressionAttributeValues };
  const sets: string[] = [];
  const removes: string[] = [];
  for (const [index, [name, value]] of Object.entries(changes).entries()) {
    names[`#c${index}`] = name;
    if (value === null) {
      removes.push(`#c${index}`);
    } else {
      values[`:c${index}`] = value;
      sets.push(`#c${index} = :c${index}`);
    }
  }
  return {
    UpdateExpression: [
      sets.length > 0 ? `SET ${sets.join(", ")}` : "",
      removes.length > 0 ? `REMOVE ${removes.join(", ")}` : "",
    ].join(" "),
    ConditionExpression: ["attribute_exists(#key)", ...condition.parts].join(" AND "),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: Object.keys(values).length > 0 ? values : undefined,
  };
}

/** The row after the changes. */
export function applyChanges(raw: RawItem, changes: AttributeChanges): RawItem {
  const entries = Object.entries({ ...raw, ...changes }).filter(([, value]) => value !== null);
  // The nulls are filtered out above.
  return Object.fromEntries(entries) as RawItem;
}

/** The named attributes that exist. */
export function pickPresent(attributes: AttributeChanges, names: string[]): RawItem {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = attributes[name];
      return value ? [[name, value] as const] : [];
    }),
  );
}
