"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Menu } from "@/components/ui/menu";
import { api } from "@/lib/paths";

const ImportDialog = dynamic(() => import("./import-dialog").then((file) => file.ImportDialog), {
  ssr: false,
});

const save = (format: "csv" | "json") => () => window.location.assign(api.modelsExport(format));

/** Models out as a file, and for admins in from one. */
export function ModelTransfer({ canWrite }: { canWrite: boolean }) {
  const [isImporting, setImporting] = useState(false);
  return (
    <>
      <Menu
        label="Export"
        items={[
          { label: "All models as CSV", onSelect: save("csv") },
          { label: "All models as JSON", onSelect: save("json") },
        ]}
      />
      {canWrite && <Button onClick={() => setImporting(true)}>Import</Button>}
      {isImporting && <ImportDialog onClose={() => setImporting(false)} />}
    </>
  );
}
