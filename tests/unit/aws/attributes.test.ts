import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attributeReader, etagOf, type RawItem } from "@/lib/aws/attributes";

describe("the etag of a row", () => {
  const row: RawItem = {
    pk: { S: "openai#m" },
    tags: { SS: ["a", "b", "c"] },
    limits: { NS: ["1", "2"] },
    hashes: { BS: [new Uint8Array([1]), new Uint8Array([2, 3])] },
    steps: { L: [{ S: "x" }, { S: "y" }] },
    nested: { M: { one: { N: "1" }, two: { SS: ["q", "p"] } } },
  };
  const etag = etagOf(row);

  test("does not depend on the order of attributes, nor of the members of any set", () => {
    const shuffled: RawItem = {
      nested: { M: { two: { SS: ["p", "q"] }, one: { N: "1" } } },
      steps: { L: [{ S: "x" }, { S: "y" }] },
      hashes: { BS: [new Uint8Array([2, 3]), new Uint8Array([1])] },
      limits: { NS: ["2", "1"] },
      tags: { SS: ["c", "a", "b"] },
      pk: { S: "openai#m" },
    };
    expect(etagOf(shuffled)).toBe(etag);
  });

  test("depends on the order of lists", () => {
    expect(etagOf({ ...row, steps: { L: [{ S: "y" }, { S: "x" }] } })).not.toBe(etag);
  });

  test.each<[string, RawItem]>([
    ["a value", { pk: { S: "openai#n" } }],
    ["a type", { pk: { N: "1" } }],
    ["a new attribute", { extra: { NULL: true } }],
    ["a member of a set", { tags: { SS: ["a", "b"] } }],
    ["a byte", { hashes: { BS: [new Uint8Array([1]), new Uint8Array([2, 4])] } }],
    ["something deep inside", { nested: { M: { one: { N: "2" }, two: { SS: ["p", "q"] } } } }],
    ["a digit of a long number", { long: { N: "12345678901234567890123456789012345678" } }],
  ])("changes with %s", (_, change) => {
    expect(etagOf({ ...row, ...change })).not.toBe(etag);
  });

  test("attributes named like set types aren't sets", () => {
    const list = (order: string[]): RawItem => ({ SS: { L: order.map((S) => ({ S })) } });
    expect(etagOf(list(["a", "b"]))).not.toBe(etagOf(list(["b", "a"])));
  });

  test("is the same for any order of a string set, and needs no quoting in a header", () => {
    const members = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 });
    fc.assert(
      fc.property(members, (set) => {
        const reversed = etagOf({ tags: { SS: set.toReversed() } });
        expect(etagOf({ tags: { SS: set } })).toBe(reversed);
        expect(reversed).toMatch(/^[A-Za-z0-9_-]{22}$/);
      }),
    );
  });
});

describe("reading attributes", () => {
  const read = (value: AttributeValue | undefined) =>
    attributeReader(value === undefined ? {} : { a: value });

  test("absent and NULL read as null without a defect", () => {
    for (const value of [undefined, { NULL: true as const }]) {
      const reader = read(value);
      expect([reader.string("a"), reader.number("a"), reader.boolean("a")]).toEqual(
        Array(3).fill(null),
      );
      expect(reader.reasons).toEqual([]);
    }
  });

  test("falsy values are values", () => {
    expect(read({ S: "" }).string("a")).toBe("");
    expect(read({ N: "0" }).number("a")).toBe(0);
    expect(read({ BOOL: false }).boolean("a")).toBe(false);
  });

  test.each([
    ["a string", { N: "1" }, "string"],
    ["a number", { S: "1" }, "number"],
    ["a boolean", { S: "true" }, "boolean"],
  ] as const)("the wrong type for %s is a reason that names the attribute", (type, value, kind) => {
    const reader = read(value);
    expect(reader[kind]("a")).toBeNull();
    expect(reader.reasons).toEqual([expect.stringContaining(`a is of type`)]);
    expect(reader.reasons[0]).toContain(type);
  });

  test("an invalid word is a reason that lists the valid ones", () => {
    const reader = read({ S: "yes" });
    expect(reader.oneOf("a", ["true", "false"])).toBeNull();
    expect(reader.reasons[0]).toContain('"true", "false"');
  });

  test("a long value is not repeated in full", () => {
    const reader = read({ S: "x".repeat(5000) });
    reader.number("a");
    expect(reader.reasons[0]?.length).toBeLessThan(200);
  });
});
