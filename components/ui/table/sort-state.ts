import { createParser } from "nuqs/server";
import type { TableSort } from "./table-columns";

/**
 * A table's order in the address: `model` for ascending, `-model` for descending. Where `columns`
 * are named, an order by any other is none.
 */
export function parseAsSort(columns?: readonly string[]) {
  return createParser<TableSort>({
    parse: (text) => {
      const id = text.replace(/^-/, "");
      return !columns || columns.includes(id) ? { id, desc: text.startsWith("-") } : null;
    },
    serialize: ({ id, desc }) => `${desc ? "-" : ""}${id}`,
    eq: (a, b) => a.id === b.id && a.desc === b.desc,
  });
}
