import Papa from "papaparse";
import { AppError } from "@/lib/errors";
import { type ModelRecord, transferNames } from "@/lib/models/schema";
import { parseJsonText } from "@/lib/parse-json";

/** An unvalidated row of an import, with its number (the first is 1). */
export type InputRow = { row: number; values: unknown };

const booleans = new Set(["supports_tools", "supports_vision", "is_active", "is_default"]);
const numbers = new Set([
  "input_price",
  "output_price",
  "cache_read_price",
  "cache_write_price",
  "max_tokens",
  "max_output_tokens",
]);
/** Attributes that every model has; an empty cell leaves them unchanged. */
const always = new Set(["provider", "model_id", "display_name", "is_active", "is_default"]);

/** Number() alone would read 0x10 as a price of 16. */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Formulas are escaped with a leading quote on export and unescaped on import. */
const formula = /^'*[=+\-@\t\r\n]/;
const escaped = /^'(?='*[=+\-@\t\r\n])/;

/** @throws AppError `malformed` with the line */
export function readCsv(text: string): InputRow[] {
  const { data, errors } = Papa.parse<Record<string, string>>(text.replace(/^\uFEFF/, ""), {
    header: true,
    skipEmptyLines: "greedy",
    transformHeader: (name) => name.trim(),
  });
  const wrong = errors.find((error) => error.code !== "UndetectableDelimiter");
  if (wrong) {
    // For quote errors the parser counts the header row.
    const row = (wrong.row ?? 0) + (wrong.type === "Quotes" ? 0 : 1);
    throw new AppError("malformed", `Row ${row}: ${wrong.message}.`);
  }
  return data.map((cells, index) => ({ row: index + 1, values: parseCells(cells) }));
}

/** An array of models, or `{"models": [...]}` as the export writes it. @throws AppError `malformed` */
export function readJsonRows(text: string): InputRow[] {
  const rows = modelsOf(parseJson(text));
  if (!rows) throw new AppError("malformed", 'Give an array of models, or {"models": [...]}.');
  return rows.map((values, index) => ({ row: index + 1, values }));
}

export function writeCsv(models: ModelRecord[]): string {
  const rows = models.map((model) =>
    transferNames.map((name) => {
      const value = model[name];
      return typeof value === "string" && formula.test(value) ? `'${value}` : value;
    }),
  );
  return Papa.unparse({ fields: [...transferNames], data: rows });
}

export function writeJson(models: ModelRecord[]): string {
  const rows = models.map((model) =>
    Object.fromEntries(transferNames.map((name) => [name, model[name]])),
  );
  return JSON.stringify({ models: rows }, null, 2);
}

function parseCells(cells: Record<string, string>): Record<string, unknown> {
  const entries = Object.entries(cells).flatMap(([name, cell]) => {
    const value = fromCell(name, cell.replace(escaped, ""));
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/** Values of another type stay text, so that the schema reports them. */
function fromCell(name: string, cell: string): unknown {
  const trimmed = cell.trim();
  if (trimmed === "") return always.has(name) ? undefined : null;
  if (booleans.has(name)) return { true: true, false: false }[trimmed.toLowerCase()] ?? cell;
  if (numbers.has(name)) return decimal.test(trimmed) ? Number(trimmed) : cell;
  return cell;
}

function parseJson(text: string): unknown {
  try {
    return parseJsonText(text);
  } catch {
    throw new AppError("malformed", "The file is not valid JSON.");
  }
}

function modelsOf(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value;
  if (typeof value !== "object" || value === null || !("models" in value)) return null;
  return Array.isArray(value.models) ? value.models : null;
}
