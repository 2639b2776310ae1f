"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, apiFetch } from "@/lib/api/client";
import type {
  ImportOptions,
  ImportResult,
  ImportSuspect,
} from "@/lib/models/rules/transfer-schema";
import type { ImportUnit } from "./import-units";

export type ImportMode = ImportOptions["mode"];

/**
 * Previews an import, then runs it with a known operation ID, so that its progress can be
 * displayed.
 */
export function useImport() {
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [plan, setPlan] = useState<ImportResult | null>(null);
  const [operationId, setOperationId] = useState<string | null>(null);
  // Values as in the file, before the unit conversion.
  const [suspects, setSuspects] = useState<readonly ImportSuspect[]>([]);
  /** Null until the unit is chosen. */
  const [unit, setUnit] = useState<ImportUnit | null>(null);
  const compare = useMutation({
    mutationFn: ({ file, price_unit }: Compared) =>
      post(file, { dry_run: true, mode: "partial", price_unit: price_unit ?? "1M" }),
    onSuccess: (result, { file, price_unit }) => {
      setFile(file);
      setPlan(result);
      setUnit(price_unit);
      if (price_unit === null) setSuspects(result.unit_suspects ?? []);
    },
  });
  const write = useMutation({
    mutationFn: (request: Written) => post(request.file, { dry_run: false, ...request }),
    // A refused request wrote nothing, so compare again. After other failures the operation has the
    // outcomes.
    onError: (error, request) => {
      if (!(error instanceof ApiError) || error.problem.status >= 500) return;
      setOperationId(null);
      compare.mutate({ file: request.file, price_unit: unit });
    },
    onSettled: () => client.invalidateQueries(),
  });
  function start(mode: ImportMode) {
    if (!file) return;
    const operation_id = crypto.randomUUID();
    setOperationId(operation_id);
    write.mutate({ file, mode, operation_id, price_unit: unit ?? "1M" });
  }
  const open = (chosen: File) => compare.mutate({ file: chosen, price_unit: null });
  function answer(price_unit: ImportUnit) {
    if (file) compare.mutate({ file, price_unit });
  }
  function startOver() {
    setPlan(null);
    setFile(null);
    setUnit(null);
    compare.reset();
    write.reset();
  }
  const units = { suspects, unit, answer, isOpen: suspects.length > 0 && unit === null };
  return { file, plan, operationId, compare, write, start, startOver, open, units };
}

type Compared = { file: File; price_unit: ImportUnit | null };
type Written = { file: File; mode: ImportMode; operation_id: string; price_unit: ImportUnit };
type ImportRequest = {
  dry_run: boolean;
  mode: ImportMode;
  price_unit: ImportUnit;
  operation_id?: string;
};

function post(file: File, request: ImportRequest): Promise<ImportResult> {
  const isJson = /\.json$/i.test(file.name) || file.type.includes("json");
  return apiFetch("importModels", {
    query: request,
    file: new Blob([file], { type: isJson ? "application/json" : "text/csv" }),
  });
}
