import { expect, test } from "vitest";
import { sortedRows, type TableColumn, withIds } from "@/components/ui/table/table-columns";

type Item = { name: string; size?: number; on: boolean };

const items: Item[] = [
  { name: "b", size: 10, on: true },
  { name: "a", on: false },
  { name: "C", size: 9, on: true },
  { name: "d", size: 10, on: false },
];
const rows = items.map((item, index) => ({ id: String(index), item }));
const column = (value?: TableColumn<Item>["value"]): TableColumn<Item> => ({
  id: "column",
  header: "Column",
  width: 100,
  value,
});
const named = (by: TableColumn<Item>, desc = false) =>
  sortedRows(rows, by, desc)
    .map(({ item }) => item.name)
    .join("");

test("numbers sort by size, unknown values come last, and equal ones keep their order", () => {
  const size = column((item) => item.size);
  expect(named(size)).toBe("Cbda");
  expect(named(size, true)).toBe("bdCa");
});

test("words sort alphabetically whatever their case, and false before true", () => {
  expect(named(column((item) => item.name))).toBe("abCd");
  expect(named(column((item) => item.on))).toBe("adbC");
});

test("numbers in words sort by size: version 1.10 is after 1.9", () => {
  const versions = ["v1.10", "v1.9", "v2.0"].map((name) => ({
    id: name,
    item: { name, on: true },
  }));
  const sorted = sortedRows(
    versions,
    column((item) => item.name),
    true,
  );
  expect(sorted.map(({ id }) => id)).toEqual(["v2.0", "v1.10", "v1.9"]);
});

test("a column without values leaves the rows as they are", () => {
  expect(named(column())).toBe("baCd");
  expect(sortedRows(rows, undefined, true)).toBe(rows);
});

test("selecting some rows keeps the others selected", () => {
  const selected = withIds(new Set(["9"]), rows, true);
  expect([...selected]).toEqual(["9", "0", "1", "2", "3"]);
  expect([...withIds(selected, rows, false)]).toEqual(["9"]);
});
