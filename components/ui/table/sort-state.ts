import { createParser } from "nuqs/server";
import type { TableSort } from "./table-columns";

/**
 * A table's order in the URL: `model` for ascending, `-model` for descending. If `columns` are
 * given, orders by other columns are ignored.
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
