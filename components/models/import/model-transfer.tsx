"use client";

import dynamic from "next/dynamic";
import { Button } from "@/components/ui/form/button";
import { Menu } from "@/components/ui/overlay/menu";
import { saveFile } from "@/components/ui/save-file";
import { parseAsBoolean, useQueryState } from "@/components/ui/url-state";
import { addressOf } from "@/lib/addresses";
import type { PriceUnit } from "@/lib/prices/rules/price";

const ImportDialog = dynamic(() => import("./import-dialog").then((file) => file.ImportDialog), {
  ssr: false,
});

const PriceSyncDialog = dynamic(
  () => import("@/components/models/prices/price-sync-dialog").then((file) => file.PriceSyncDialog),
  { ssr: false },
);

const save = (format: "csv" | "json") => () =>
  saveFile(addressOf("exportModels", { query: { format } }));

const parser = parseAsBoolean.withDefault(false);

export type ModelTransferProps = { canWrite: boolean; unit: PriceUnit };

/** Models out as a file, and for admins in from one; their prices from the catalog. */
export function ModelTransfer({ canWrite, unit }: ModelTransferProps) {
  // In the address, so that a link or the palette opens it too.
  const [isImporting, setImporting] = useQueryState("import", parser);
  const [isSyncing, setSyncing] = useQueryState("sync", parser);
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
      {canWrite && <Button onClick={() => setSyncing(true)}>Sync prices</Button>}
      {canWrite && isImporting && <ImportDialog onClose={() => setImporting(null)} />}
      {canWrite && isSyncing && <PriceSyncDialog unit={unit} onClose={() => setSyncing(null)} />}
    </>
  );
}
