"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, apiFetch } from "@/lib/api-client";
import type { ImportOptions, ImportResult } from "@/lib/models/schema";
import { api } from "@/lib/paths";

export type ImportMode = ImportOptions["mode"];

/** First compares, then writes under an operation id of our own, so that its progress can be seen. */
export function useImport() {
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [plan, setPlan] = useState<ImportResult | null>(null);
  const [operationId, setOperationId] = useState<string | null>(null);
  const compare = useMutation({
    mutationFn: (chosen: File) => post(chosen, { dry_run: true, mode: "partial" }),
    onSuccess: (result, chosen) => {
      setFile(chosen);
      setPlan(result);
    },
  });
  const write = useMutation({
    mutationFn: (asked: { file: File; mode: ImportMode; operation_id: string }) =>
      post(asked.file, { dry_run: false, ...asked }),
    // Refused as a whole: nothing was written, and the plan may be another one by now. After any
    // other failure the operation itself tells how far it came.
    onError: (error, asked) => {
      if (!(error instanceof ApiError) || error.problem.status >= 500) return;
      setOperationId(null);
      compare.mutate(asked.file);
    },
    onSettled: () => client.invalidateQueries(),
  });
  function begin(mode: ImportMode) {
    if (!file) return;
    const operation_id = crypto.randomUUID();
    setOperationId(operation_id);
    write.mutate({ file, mode, operation_id });
  }
  function startOver() {
    setPlan(null);
    setFile(null);
    compare.reset();
    write.reset();
  }
  return { file, plan, operationId, compare, write, begin, startOver };
}

type Asked = { dry_run: boolean; mode: ImportMode; operation_id?: string };

function post(file: File, { dry_run, mode, operation_id }: Asked): Promise<ImportResult> {
  const isJson = /\.json$/i.test(file.name) || file.type.includes("json");
  return apiFetch<ImportResult>(api.modelsImport({ dry_run, mode, operation_id }), {
    file: new Blob([file], { type: isJson ? "application/json" : "text/csv" }),
  });
}
