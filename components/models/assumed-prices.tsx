"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import { Note } from "@/components/ui/text/note";
import { pluralize } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";

const AssumedDialog = dynamic(() => import("./assumed-dialog").then((file) => file.AssumedDialog), {
  ssr: false,
});

export type AssumedPricesProps = { models: readonly ModelRecord[]; unit: PriceUnit };

/** Says how many prices are of an assumed unit, with the list to settle them. */
export function AssumedPrices({ models, unit }: AssumedPricesProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Note
        tone="warn"
        title={`The price unit of ${pluralize(models.length, "model")} is assumed.`}
        className="mb-3"
        action={
          <Button size="sm" onClick={() => setOpen(true)}>
            Look at {models.length === 1 ? "it" : "them"}
          </Button>
        }
      >
        An older tool did not say whether it meant 1M or 1K tokens.
      </Note>
      {isOpen && <AssumedDialog models={models} unit={unit} onClose={() => setOpen(false)} />}
    </>
  );
}
