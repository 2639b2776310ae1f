"use client";

import type { ReactNode } from "react";
import { lazyPart } from "@/components/ui/lazy-part";
import { Tooltip } from "@/components/ui/overlay/tooltip";
import type { PriceOriginProps } from "./price-origin-text";

const Text = lazyPart(
  () => import("./price-origin-text").then((file) => file.PriceOriginText),
  "Looking it up…",
);

/** Shows the source and start of a price, and how it matched, on hover and focus. */
export function PriceOrigin({
  children,
  note,
  ...of
}: PriceOriginProps & { note?: string | undefined; children: ReactNode }) {
  return (
    <Tooltip
      text={
        <span className="block min-h-15 w-60">
          {note && <span className="block">{note}</span>}
          <Text {...of} />
        </span>
      }
    >
      {children}
    </Tooltip>
  );
}
