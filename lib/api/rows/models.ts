import * as z from "zod/mini";
import { ActivityPage, PageCursor, Rollback } from "@/lib/activity/schema";
import { ProbeRequest } from "@/lib/capabilities/schema";
import { ExportOptions, ImportOptions, ImportResult } from "@/lib/models/rules/transfer-schema";
import {
  ModelCreation,
  ModelFilter,
  ModelList,
  ModelRecord,
  ModelUpdate,
  ModelUpdateOptions,
  RetireOptions,
} from "@/lib/models/schema";
import { OperationRecord } from "@/lib/operations/schema";
import { PriceChangePreview } from "@/lib/price-sync/schema";
import { ProbeResult } from "@/lib/probes/schema";
import { completionCodes } from "@/lib/providers/rules/codes";
import { ModelParams, PkParams } from "../params";
import { body, empty, file, json, type Rows } from "../row";

export const modelRows = {
  listModels: {
    role: "viewer",
    summary: "List models",
    description:
      "Rows that cannot be read as models come apart from them, in `defective`, with the reasons.",
    query: ModelFilter,
    answer: json(ModelList, { etag: "list" }),
  },
  createModel: {
    role: "admin",
    summary: "Register a model",
    description: "Only the provider and the model ID are needed. `Location` names the new record.",
    body: body(ModelCreation),
    answer: json(ModelRecord, { status: 201, etag: "record" }),
    refusals: ["model_exists", "model_defective", "preflight_blocked", "conflict"],
  },
  getModel: {
    role: "viewer",
    summary: "Read a model",
    params: ModelParams,
    answer: json(ModelRecord, { etag: "record" }),
    refusals: ["model_defective"],
  },
  updateModel: {
    role: "admin",
    summary: "Change a model",
    description:
      "Changes only the named fields. `is_default: true` clears the provider's former default in the same transaction. A model that is known to fail, or is retired, becomes the default only with an `override_reason`. `prices_from` sets the time from which the prices apply; with `dry_run`, nothing is written and the answer shows the effect on costs.",
    params: ModelParams,
    query: ModelUpdateOptions,
    body: body(ModelUpdate),
    ifMatch: true,
    answer: json(z.union([ModelRecord, PriceChangePreview]), { etag: "record" }),
    refusals: ["model_defective", "preflight_blocked", "conflict"],
  },
  retireModel: {
    role: "admin",
    summary: "Retire a model",
    description:
      "Deletes the row. With `replacement`, the agents that use it are switched first, in the same operation.",
    params: ModelParams,
    query: RetireOptions,
    ifMatch: true,
    answer: json(OperationRecord),
    refusals: [
      "model_in_use",
      "model_not_registered",
      "model_inactive",
      "provider_fixed",
      "preflight_blocked",
      "conflict",
    ],
  },
  getModelHistory: {
    role: "viewer",
    summary: "List the events of a model",
    params: ModelParams,
    query: PageCursor,
    answer: json(ActivityPage),
  },
  rollbackModel: {
    role: "admin",
    summary: "Put back what one event changed in a model",
    params: ModelParams,
    body: body(Rollback),
    answer: json(ModelRecord, { etag: "record" }),
    refusals: ["model_defective", "model_inactive", "preflight_blocked", "conflict"],
  },
  probeModel: {
    role: "admin",
    summary: "Ask a model to prove its capabilities",
    description: "Sends paid requests to the provider, one for each capability.",
    params: ModelParams,
    body: body(ProbeRequest),
    limit: "probes",
    answer: json(ProbeResult),
    refusals: [...completionCodes, "model_defective"],
  },
  deleteDefectiveModel: {
    role: "admin",
    summary: "Delete a defective row by its key",
    description: "For a row whose key is not `provider#model_id`, which has no other address.",
    params: PkParams,
    answer: empty,
    refusals: ["conflict"],
  },
  exportModels: {
    role: "viewer",
    summary: "Export all models as a file",
    query: ExportOptions,
    answer: file("application/json", "text/csv"),
  },
  importModels: {
    role: "admin",
    summary: "Import models from a file",
    description:
      "A CSV file is told from JSON by its Content-Type. `dry_run` writes nothing and answers what would be written.",
    query: ImportOptions,
    body: file("application/json", "text/csv"),
    answer: json(ImportResult),
    refusals: ["conflict"],
  },
} satisfies Rows;
