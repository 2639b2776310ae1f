import "server-only";
import { convertToAttr, convertToNative, NumberValueImpl } from "@aws-sdk/util-dynamodb";
import Big from "big.js";
import * as z from "zod";
import type { AttributeValue, RawItem } from "./attributes";

/** A map of raw attribute values, stored and returned unchanged: sets, bytes and numbers included. */
const attributes = z.custom<RawItem>((value) => typeof value === "object" && value !== null);

/**
 * Fields of a row in our own table. Only this console writes these rows, so a field that is missing
 * or has another type reads as the empty value of its kind.
 */
export const field = {
  text: z.string().catch(""),
  /** A union of strings that isn't checked: only for fields that this console's code writes. */
  trusted: <T extends string>() => z.custom<T>(),
  optionalText: z.string().nullable().catch(null),
  number: z.number().catch(0),
  optionalNumber: z.number().nullable().catch(null),
  flag: z.boolean().catch(false),
  optionalFlag: z.boolean().nullable().catch(null),
  attributes: attributes.nullable().catch(null),
};

/**
 * Encodes and decodes one kind of row in our own table.
 * `encode` writes the fields of the shape; it leaves null out, in nested objects too, and writes numbers without an exponent.
 * `decode` reads the fields of the shape; a number that JavaScript can't hold exactly counts as missing.
 */
export function rowCodec<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const schema = z.object(shape);
  const isRaw = (name: string) => shape[name] === field.attributes;
  return {
    encode(values: Partial<z.input<typeof schema>>): RawItem {
      const present = Object.entries(values).filter(
        ([name, value]) => name in shape && isPresent(value),
      );
      return Object.fromEntries(
        present.map(([name, value]) => [
          name,
          // The schema of a raw field accepts only attribute values.
          isRaw(name) ? { M: value as RawItem } : toAttribute(value),
        ]),
      );
    },
    decode(item: RawItem): z.output<typeof schema> {
      const values = Object.keys(shape).map((name) => {
        const stored = item[name];
        return [name, isRaw(name) ? (stored?.M ?? null) : native(stored)];
      });
      return schema.parse(Object.fromEntries(values));
    },
  };
}

/** One value as a row stores it: without null members, and with numbers written without an exponent. */
export function toAttribute(value: unknown): AttributeValue {
  return convertToAttr(storable(value));
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** DynamoDB returns numbers without an exponent; reading a row must not change its etag. */
function storable(value: unknown): unknown {
  if (typeof value === "number") return NumberValueImpl.from(new Big(value).toFixed());
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value !== "object" || value === null) return value;
  const present = Object.entries(value).filter(([, part]) => isPresent(part));
  return Object.fromEntries(present.map(([name, part]) => [name, storable(part)]));
}

function native(stored: AttributeValue | undefined): unknown {
  if (stored === undefined) return null;
  return convertToNative(stored, { wrapNumbers: exactNumber });
}

function exactNumber(text: string): number {
  const number = Number(text);
  return new Big(text).eq(new Big(number)) ? number : Number.NaN;
}
