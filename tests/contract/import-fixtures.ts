import { beforeEach, expect } from "vitest";
import type { ImportOptions } from "@/lib/models/rules/transfer-schema";
import { actor, type Copy, type Platform, servicesForFile } from "../support/services";
import { type Item, modelRow } from "./console";

type Rows = Parameters<Copy["importModels"]>[1];

/** Imports and exports of models, with new tables for each test of the file. */
export function setUpImports() {
  const services = servicesForFile();
  let platform: Platform;
  let copy: Copy;

  beforeEach(async () => {
    platform = await services.newPlatform();
    copy = await platform.copy();
  });

  function importRows(rows: Rows, options: Partial<ImportOptions> = {}) {
    const all = { dry_run: false, mode: "atomic", ...options } as const;
    return copy.importModels(actor(), rows, all);
  }

  async function exported() {
    const { models } = await copy.listModels({ active: "all" });
    return { csv: copy.writeCsv(models), json: copy.writeJson(models), count: models.length };
  }

  return {
    copy: () => copy,
    put: (model_id: string, more: Item = {}, provider = "openai") =>
      platform.put(platform.tables.models, modelRow(provider, model_id, more)),
    putRow: (item: Item) => platform.put(platform.tables.models, item),
    rows: () => platform.scan(platform.tables.models),
    row: (model_id: string) => platform.model(`openai#${model_id}`),
    managementRows: () => platform.scan(platform.tables.management),
    importCsv: async (text: string, options?: Partial<ImportOptions>) =>
      importRows(copy.readCsv(text), options),
    importJson: async (models: unknown, options?: Partial<ImportOptions>) =>
      importRows(copy.readJsonRows(JSON.stringify(models)), options),
    exported,
    /** An export that is imported again, in both formats, changes nothing. */
    expectAllUnchanged: async () => {
      const { csv, json, count } = await exported();
      for (const rows of [copy.readCsv(csv), copy.readJsonRows(json)]) {
        const result = await importRows(rows);
        expect(result.rejected).toEqual([]);
        expect(result.updated).toEqual([]);
        expect(result.created).toEqual([]);
        expect(result.unchanged).toHaveLength(count);
        expect(result.operation_id).toBeNull();
      }
    },
  };
}
