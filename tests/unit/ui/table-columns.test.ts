import { expect, test } from "vitest";
import { columnsOf, sortedRows, withIds } from "@/components/ui/table/table-columns";

type Item = { name: string; size?: number; on: boolean };

const items: Item[] = [
  { name: "b", size: 10, on: true },
  { name: "a", on: false },
  { name: "C", size: 9, on: true },
  { name: "d", size: 10, on: false },
];
const rows = items.map((original, index) => ({ id: String(index), original }));
const column = columnsOf<Item>();
const named = (by: ReturnType<typeof column.display>, desc = false) =>
  sortedRows(rows, by, desc)
    .map(({ original }) => original.name)
    .join("");

const options = (id: string) => ({ id, header: id, meta: { width: 100 } });

test("numbers sort by size, what is not known comes last, and equals stay as given", () => {
  const size = column.accessor("size", options("size"));
  expect(named(size)).toBe("Cbda");
  expect(named(size, true)).toBe("bdCa");
});

test("words sort by the alphabet, whatever their case, and false before true", () => {
  expect(named(column.accessor("name", options("name")))).toBe("abCd");
  expect(named(column.accessor((item) => item.on, options("on")))).toBe("adbC");
});

test("a column without a value, or none, leaves the rows as they are", () => {
  expect(named(column.display(options("buttons")))).toBe("baCd");
  expect(sortedRows(rows, undefined, true)).toBe(rows);
});

test("ticking some rows leaves the ticks of others", () => {
  const ticked = withIds(new Set(["9"]), rows, true);
  expect([...ticked]).toEqual(["9", "0", "1", "2", "3"]);
  expect([...withIds(ticked, rows, false)]).toEqual(["9"]);
});
