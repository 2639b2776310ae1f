"use client";

import { useQuery } from "@tanstack/react-query";
import { Count } from "@/components/ui/count";
import { checkQueries } from "./queries";

/** How many errors the checks have found, for the navigation; nothing while that is not known. */
export function CheckCount() {
  const { data } = useQuery(checkQueries.report());
  const errors = data?.findings.filter(({ severity }) => severity === "error").length ?? 0;
  if (errors === 0) return null;
  return (
    <>
      <Count value={errors} tone="bad" />
      <span className="sr-only">{errors === 1 ? "error" : "errors"}</span>
    </>
  );
}
