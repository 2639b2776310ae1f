import { describe, expect, it } from "vitest";
import * as z from "zod";
import { field, rowCodec } from "@/lib/aws/row-codec";

const codec = rowCodec({
  name: field.text,
  note: field.optionalText,
  price: field.optionalNumber,
  touched: field.number,
  stopped: field.flag,
  before: field.attributes,
  proof: z.object({ verdict: field.text, fix: field.optionalText }).nullable().catch(null),
});

describe("rows of our own table", () => {
  it("numbers are written without an exponent and read back exactly", () => {
    const item = codec.encode({ price: 1e-7, touched: 1e21 });
    expect(item).toEqual({ price: { N: "0.0000001" }, touched: { N: "1000000000000000000000" } });
    expect(codec.decode(item)).toMatchObject({ price: 1e-7, touched: 1e21 });
  });

  it("null is left out, in nested objects too", () => {
    const item = codec.encode({ name: "a", note: null, proof: { verdict: "yes", fix: null } });
    expect(item).toEqual({ name: { S: "a" }, proof: { M: { verdict: { S: "yes" } } } });
  });

  it("raw attributes keep sets, bytes, long numbers and unknown attributes", () => {
    const before = {
      tags: { SS: ["b", "a"] },
      blob: { B: new Uint8Array([1, 2]) },
      long: { N: "12345678901234567890.123456789" },
      nothing: { NULL: true as const },
    };
    expect(codec.decode(codec.encode({ before })).before).toEqual(before);
  });

  it("missing fields and fields of another type read as empty values", () => {
    const empty = {
      name: "",
      note: null,
      price: null,
      touched: 0,
      stopped: false,
      before: null,
      proof: null,
    };
    expect(codec.decode({})).toEqual(empty);
    expect(
      codec.decode({
        name: { N: "1" },
        note: { BOOL: true },
        price: { S: "1" },
        touched: { NULL: true },
        before: { S: "x" },
        proof: { L: [] },
        other: { S: "ignored" },
      }),
    ).toEqual(empty);
  });

  it("a number that can't be held exactly counts as missing", () => {
    expect(codec.decode({ price: { N: "9007199254740993" } }).price).toBeNull();
  });
});
