import db from "dynalite/db/index.js";
import type { AttributeValue, ExpressionNode, Item } from "./dynalite-types";

/**
 * Whether a parsed ConditionExpression holds for an item (`{}` if there is no item). dynalite
 * evaluates everything but the equality of lists and maps, which it compares by reference.
 */
export function conditionHolds(node: ExpressionNode, item: Item): boolean {
  const branch = (index: number) => conditionHolds(node.args[index] as ExpressionNode, item);
  if (node.type === "and") return branch(0) && branch(1);
  if (node.type === "or") return branch(0) || branch(1);
  if (node.type === "not") return !branch(0);

  const operands = node.args.map((argument) => operandOf(argument, item));
  if (operands.every((operand) => !isDocument(operand))) return db.matchesExprFilter(item, node);
  const [left, ...candidates] = operands;
  const isEqual = candidates.some((right) => left && right && isSameValue(left, right));
  if (node.type === "=" || node.type === "in") return isEqual;
  if (node.type === "<>") return !isEqual;
  return db.matchesExprFilter(item, node);
}

function operandOf(argument: unknown, item: Item): AttributeValue | undefined {
  if (Array.isArray(argument)) return db.mapPath(argument, item) ?? undefined;
  // The only function among operands is size(), which returns a number.
  const isFunction = (argument as ExpressionNode).type === "function";
  return isFunction ? undefined : (argument as AttributeValue);
}

function isDocument(value: AttributeValue | undefined): boolean {
  return value !== undefined && ("L" in value || "M" in value);
}

function isSameValue(left: AttributeValue, right: AttributeValue): boolean {
  const type = Object.keys(left)[0];
  if (type === undefined || !(type in right)) return false;
  const a = left[type];
  const b = right[type];
  // The type of an attribute value determines the shape of its content.
  if (type === "L") return isSameList(a as AttributeValue[], b as AttributeValue[]);
  if (type === "M") return isSameMap(a as Item, b as Item);
  if (Array.isArray(a) && Array.isArray(b)) return isSameSet(a, b);
  return a === b;
}

function isSameList(a: AttributeValue[], b: AttributeValue[]): boolean {
  return a.length === b.length && a.every((value, index) => isSameValue(value, b[index] ?? {}));
}

function isSameMap(a: Item, b: Item): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && isSameValue(a[name] ?? {}, b[name] ?? {}));
}

function isSameSet(a: unknown[], b: unknown[]): boolean {
  return a.length === b.length && a.every((value) => b.includes(value));
}
