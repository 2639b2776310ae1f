"use client";

import { Menu } from "@/components/ui/overlay/menu";
import { saveFile } from "@/components/ui/save-file";
import { api } from "@/lib/paths";
import type { ActivityWanted } from "./queries";

/** Saves what the filters show, all pages of it. */
export function ExportMenu({ wanted }: { wanted: ActivityWanted }) {
  const save = (format: "csv" | "json") => () =>
    saveFile(api.activityExport({ format, ...wanted }));
  return (
    <Menu
      label="Export"
      items={[
        { label: "As CSV, for a spreadsheet", onSelect: save("csv") },
        { label: "As JSON", onSelect: save("json") },
      ]}
    />
  );
}
