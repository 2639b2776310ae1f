import { isJsonObject, type JsonObject, listOf, objectOf } from "../json";
import type {
  AttributeValue,
  DynaliteTable,
  ExpressionNode,
  Item,
  OperationData,
} from "./dynalite-types";
import { validationError } from "./errors";

// Limits: docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html. Messages: as
// DynamoDB Local answers, which tests/contract/embedded-limits.test.ts compares.
const maxItemBytes = 400 * 1024;
export const maxTransactionBytes = 4 * 1024 * 1024;
const maxExpressionBytes = 4096;
const maxOperators = 300;
const maxInOperands = 100;
const maxValueBytes = 2 * 1024 * 1024;
const maxNesting = 32;
const maxKeyBytes = { HASH: 2048, RANGE: 1024 };
const keyMessages = {
  HASH: "Size of hashkey has exceeded the maximum size limit of2048 bytes",
  RANGE: "Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
};

/** The size of an item as DynamoDB counts it; dynalite counts characters instead of bytes. */
export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item))
    bytes += Buffer.byteLength(name) + valueBytes(value);
  return bytes;
}

function valueBytes(value: AttributeValue): number {
  const [[type, content] = ["NULL", true]] = Object.entries(value);
  switch (type) {
    case "S":
      return Buffer.byteLength(String(content));
    case "B":
      return Buffer.byteLength(String(content), "base64");
    case "N":
      return numberBytes(String(content));
    case "L":
      return listOf(content).reduce<number>(
        (bytes, part) => bytes + 1 + valueBytes(objectOf(part)),
        3,
      );
    case "M":
      // dynalite has checked that a map holds attribute values.
      return 3 + Object.keys(objectOf(content)).length + itemBytes(objectOf(content) as Item);
    case "SS":
    case "NS":
    case "BS":
      return listOf(content).reduce<number>(
        (bytes, part) => bytes + valueBytes({ [type.charAt(0)]: part }),
        0,
      );
    default:
      return 1;
  }
}

/** One byte for two digits, and one more for the exponent. */
function numberBytes(text: string): number {
  const [mantissa = ""] = text.toLowerCase().split("e");
  const digits = mantissa.replace(/^[+-]?0*\.?0*|\.|0+$/g, "");
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith("-") ? 1 : 0);
}

/** Throws for a request that exceeds a limit regardless of the table's content. */
export function assertRequestLimits(name: string, data: OperationData): void {
  assertExpressionLimits(data);
  const items =
    name === "BatchWriteItem"
      ? Object.values(objectOf(data.RequestItems))
          .flatMap(listOf)
          .map((request) => objectOf(objectOf(request).PutRequest).Item)
      : [data.Item];
  for (const item of items) {
    if (!isJsonObject(item)) continue;
    // dynalite has checked that an item holds attribute values.
    const written = item as Item;
    if (itemBytes(written) > maxItemBytes)
      throw validationError("Item size has exceeded the maximum allowed size");
    if (Object.values(written).some((value) => nestingOf(value) >= maxNesting))
      throw validationError(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
      );
  }
}

function nestingOf(value: AttributeValue): number {
  const parts = value.L ? listOf(value.L) : Object.values(objectOf(value.M));
  const own = "L" in value || "M" in value ? 1 : 0;
  return parts.reduce<number>(
    (deepest, part) => Math.max(deepest, own + nestingOf(objectOf(part))),
    own,
  );
}

/**
 * The expressions, the member in which dynalite stores the parsed form, and whether AWS's message
 * contains the size.
 */
const expressions = [
  ["UpdateExpression", "", false],
  ["ConditionExpression", "_condition", true],
  ["KeyConditionExpression", "_keyCondition", true],
  ["FilterExpression", "_filter", true],
  ["ProjectionExpression", "", false],
] as const;

function assertExpressionLimits(data: OperationData): void {
  const values = objectOf(data.ExpressionAttributeValues);
  // dynalite has checked that these are attribute values.
  if (itemBytes(values as Item) > maxValueBytes)
    throw validationError("ExpressionAttributeValues exceeds max size");
  for (const [name, parsedName, saysSize] of expressions) {
    const text = data[name];
    if (typeof text !== "string") continue;
    const bytes = Buffer.byteLength(text);
    const invalidExpression = (why: string) => validationError(`Invalid ${name}: ${why}`);
    if (bytes > maxExpressionBytes) {
      const size = saysSize ? ` expression size: ${bytes}` : "";
      throw invalidExpression(`Expression size has exceeded the maximum allowed size;${size}`);
    }
    const parsed = data[parsedName];
    if (!isJsonObject(parsed) || !isJsonObject(parsed.expression)) continue;
    const nodes = nodesOf(parsed.expression);
    const list = nodes.find(({ type, args }) => type === "in" && args.length > maxInOperands + 1);
    if (list)
      throw invalidExpression(
        `The IN operator is provided with too many operands; number of operands: ${list.args.length - 1}`,
      );
    // DynamoDB stops counting here.
    if (nodes.length > maxOperators)
      throw invalidExpression(
        `The expression contains too many operators; operator count: ${maxOperators + 1}`,
      );
  }
}

/** The operators and functions of an expression; the other arguments are paths and literals. */
function nodesOf(expression: JsonObject): ExpressionNode[] {
  const nodes: ExpressionNode[] = [];
  const open: unknown[] = [expression];
  while (open.length > 0) {
    const node = open.pop();
    if (!isJsonObject(node) || !Array.isArray(node.args)) continue;
    nodes.push({ type: String(node.type), args: node.args });
    open.push(...node.args);
  }
  return nodes;
}

/** Throws if an updated item is too large, or a key of the table or an index too long. */
export function assertItemLimits(item: Item, table: DynaliteTable): void {
  if (itemBytes(item) > maxItemBytes)
    throw validationError("Item size to update has exceeded the maximum allowed size");
  for (const { KeySchema } of [table, ...(table.GlobalSecondaryIndexes ?? [])])
    assertKeyLimits(item, KeySchema);
}

function assertKeyLimits(item: Item, schema: DynaliteTable["KeySchema"]): void {
  for (const { AttributeName, KeyType } of schema) {
    const value = item[AttributeName];
    const type = KeyType === "HASH" ? "HASH" : "RANGE";
    if (value && !("N" in value) && valueBytes(value) > maxKeyBytes[type])
      throw validationError(`One or more parameter values were invalid: ${keyMessages[type]}`);
  }
}

/** The bytes that a transaction sends: items, keys and the values of its expressions. */
export function payloadBytes({ Item, Key, ExpressionAttributeValues }: OperationData): number {
  // dynalite has checked that these are attribute values.
  return itemBytes(Item ?? Key ?? {}) + itemBytes(objectOf(ExpressionAttributeValues) as Item);
}
