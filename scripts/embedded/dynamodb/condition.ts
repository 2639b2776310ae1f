import db from "dynalite/db/index.js";
import type { AttributeValue, ExpressionNode, Item } from "./dynalite-types";

/**
 * Whether a parsed ConditionExpression holds for an item (`{}` when there is none).
 * Everything but the equality of lists and maps is dynalite's own evaluation.
 */
export function conditionHolds(node: ExpressionNode, item: Item): boolean {
  const branch = (index: number) => conditionHolds(node.args[index] as ExpressionNode, item);
  if (node.type === "and") return branch(0) && branch(1);
  if (node.type === "or") return branch(0) || branch(1);
  if (node.type === "not") return !branch(0);

  const operands = node.args.map((argument) => operandOf(argument, item));
  // dynalite compares documents by reference, so two equal lists or maps would never be equal.
  if (operands.every((operand) => !isDocument(operand))) return db.matchesExprFilter(item, node);
  const [left, ...others] = operands;
  const equal = others.some((other) => left && other && sameValue(left, other));
  if (node.type === "=" || node.type === "in") return equal;
  if (node.type === "<>") return !equal;
  return db.matchesExprFilter(item, node);
}

function operandOf(argument: unknown, item: Item): AttributeValue | undefined {
  if (Array.isArray(argument)) return db.mapPath(argument, item) ?? undefined;
  // A function among the operands is size(), which is a number.
  const isFunction = (argument as ExpressionNode).type === "function";
  return isFunction ? undefined : (argument as AttributeValue);
}

function isDocument(value: AttributeValue | undefined): boolean {
  return value !== undefined && ("L" in value || "M" in value);
}

function sameValue(left: AttributeValue, right: AttributeValue): boolean {
  const type = Object.keys(left)[0];
  if (type === undefined || !(type in right)) return false;
  const a = left[type];
  const b = right[type];
  // The type of an attribute value says what it holds.
  if (type === "L") return sameList(a as AttributeValue[], b as AttributeValue[]);
  if (type === "M") return sameMap(a as Item, b as Item);
  if (Array.isArray(a) && Array.isArray(b)) return sameSet(a, b);
  return a === b;
}

function sameList(a: AttributeValue[], b: AttributeValue[]): boolean {
  return a.length === b.length && a.every((value, at) => sameValue(value, b[at] ?? {}));
}

function sameMap(a: Item, b: Item): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && sameValue(a[name] ?? {}, b[name] ?? {}));
}

function sameSet(a: unknown[], b: unknown[]): boolean {
  return a.length === b.length && a.every((value) => b.includes(value));
}
