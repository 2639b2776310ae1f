"use client";

import { parseAsBoolean } from "nuqs/server";
import { Button } from "@/components/ui/form/button";
import { lazyPart } from "@/components/ui/lazy-part";
import { Menu } from "@/components/ui/overlay/menu";
import { saveFile } from "@/components/ui/save-file";
import { useUrlState } from "@/components/ui/url-state";
import { addressOf } from "@/lib/addresses";
import type { PriceUnit } from "@/lib/prices/rules/price";

const ImportDialog = lazyPart(() => import("./import-dialog").then((file) => file.ImportDialog));

const PriceSyncDialog = lazyPart(() =>
  import("@/components/models/prices/price-sync-dialog").then((file) => file.PriceSyncDialog),
);

const save = (format: "csv" | "json") => () =>
  saveFile(addressOf("exportModels", { query: { format } }));

const closed = parseAsBoolean.withDefault(false);
const parsers = { import: closed, sync: closed };

export type ModelTransferProps = { canWrite: boolean; unit: PriceUnit };

/** Export; for admins also import and price sync. */
export function ModelTransfer({ canWrite, unit }: ModelTransferProps) {
  // In the address, so that a link or the palette opens it too.
  const [open, setOpen] = useUrlState(parsers);
  return (
    <>
      <Menu
        label="Export"
        items={[
          { label: "All models as CSV", onSelect: save("csv") },
          { label: "All models as JSON", onSelect: save("json") },
        ]}
      />
      {canWrite && <Button onClick={() => setOpen({ import: true })}>Import</Button>}
      {canWrite && <Button onClick={() => setOpen({ sync: true })}>Sync prices</Button>}
      {canWrite && open.import && <ImportDialog onClose={() => setOpen({ import: null })} />}
      {canWrite && open.sync && (
        <PriceSyncDialog unit={unit} onClose={() => setOpen({ sync: null })} />
      )}
    </>
  );
}
