"use client";

import { useMemo, useState } from "react";
import { Menu } from "@/components/ui/overlay/menu";
import type { TableColumn } from "./table-columns";

/** The columns that a person hid in a table, and the name of the cookie that stores them. */
export type ColumnChoice = { cookie: string; hidden: readonly string[] };

const yearInSeconds = 31_536_000;

/** The columns to show, and the menu that chooses them. */
export function useColumnChoice<Item extends object>(
  all: TableColumn<Item>[],
  choice: ColumnChoice,
) {
  const [hidden, setHidden] = useState(choice.hidden);
  const columns = useMemo(
    () => all.filter(({ id, fixed }) => fixed || !hidden.includes(id)),
    [all, hidden],
  );
  function toggle(id: string) {
    const next = hidden.includes(id) ? hidden.filter((other) => other !== id) : [...hidden, id];
    setHidden(next);
    // The server renders the table with it; the Cookie Store API is missing in older browsers.
    // biome-ignore lint/suspicious/noDocumentCookie: see above
    document.cookie = `${choice.cookie}=${next.join(".")}; path=/; max-age=${yearInSeconds}; samesite=lax`;
  }
  const menu = (
    <Menu
      label="Columns"
      className="max-sm:hidden"
      items={all
        .filter(({ fixed }) => !fixed)
        .map(({ id, header }) => ({
          kind: "choice",
          label: header,
          checked: !hidden.includes(id),
          onSelect: () => toggle(id),
        }))}
    />
  );
  return { columns, menu };
}
